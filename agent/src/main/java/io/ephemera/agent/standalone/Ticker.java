package io.ephemera.agent.standalone;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Does about once a second what needs no thread of the application. */
final class Ticker {

    private static final long PERIOD_MILLIS = 1000;

    /** Time between two turns of a task, in nanoseconds. */
    static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS);

    private final Thread thread = new Thread(this::run, "ephemera-agent");
    private final List<Runnable> tasks = new CopyOnWriteArrayList<>();

    void add(Runnable task) {
        tasks.add(task);
    }

    void start() {
        thread.setDaemon(true);
        // The starting thread's is the application's, which must be able to go.
        thread.setContextClassLoader(Ticker.class.getClassLoader());
        thread.start();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(PERIOD_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
            tasks.removeIf(Ticker::fails);
        }
    }

    /** What fails once is left out from then on, and said; the rest goes on. */
    private static boolean fails(Runnable task) {
        try {
            task.run();
            return false;
        } catch (RuntimeException | LinkageError e) {
            StandaloneAgent.say("a part of the agent has stopped: " + e);
            return true;
        }
    }
}
