package io.ephemera.simulations.clock;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The wall's time, and a thread on which things are done. */
interface Wall {

    /** Nanoseconds of any origin. */
    long nanos();

    /** Has something done after a time, in nanoseconds; one thing after the other. */
    void after(long nanos, Runnable what);

    /** What is still to be done is not done. */
    void close();

    final class Clock implements Wall {

        private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "ephemera-time");
            thread.setDaemon(true);
            return thread;
        });

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void after(long nanos, Runnable what) {
            var unused = executor.schedule(what, nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            executor.shutdownNow();
        }
    }
}
