package io.ephemera.benchmarks.process;

/** What is to be done when this JVM ends, unless it is over before. */
public final class AtExit implements AutoCloseable {

    private final Thread hook;

    private AtExit(Thread hook) {
        this.hook = hook;
    }

    /** From now until the result is closed. */
    public static AtExit run(Runnable action) {
        Thread hook = new Thread(action, "at-exit");
        Runtime.getRuntime().addShutdownHook(hook);
        return new AtExit(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This JVM ends, and the hook runs.
        }
    }
}
