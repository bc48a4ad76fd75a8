package io.ephemera.agent;

import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens on another thread; a test's own time limit ends a wait in vain. */
final class Await {

    private static final long POLL_NANOS = 50_000;

    /** Native methods that wait for the network; a thread passes through others (bind0, setIntOption0) on its way there. */
    private static final Set<String> WAITING_METHODS =
            Set.of("connect0", "poll", "wait", "accept", "read0", "readv0", "write0", "writev0");

    private Await() {}

    static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Until the thread waits for another one, or for the network in a native method of the JDK's socket classes. */
    static void blocked(Thread thread) {
        until(() -> isBlocked(thread));
    }

    private static boolean isBlocked(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, TERMINATED -> true;
            default -> {
                StackTraceElement[] trace = thread.getStackTrace();
                yield trace.length > 0
                        && trace[0].isNativeMethod()
                        && trace[0].getClassName().startsWith("sun.nio.ch")
                        && WAITING_METHODS.contains(trace[0].getMethodName());
            }
        };
    }
}
