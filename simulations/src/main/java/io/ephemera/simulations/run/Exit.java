package io.ephemera.simulations.run;

import io.ephemera.agent.HookUnavailableException;
import io.ephemera.reports.Terminal;
import io.ephemera.simulations.settings.BadSettingException;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * How the JVM ends. Gatling ends it with 0 whatever a run found; ours has the last word. A JVM that makes one run after the other
 * says so by a system property; there a run ends by a {@link RunEnded}.
 */
final class Exit {

    static final int INCONCLUSIVE = 3;
    private static final int BAD_INPUT = 2;

    /**
     * Bad input under Maven (EX_USAGE of sysexits.h). Its plugin says of a 2 that assertions have failed, which would be untrue; Maven makes
     * 1 of either.
     */
    private static final int BAD_INPUT_TO_MAVEN = 64;

    private Exit() {}

    interface Preparer<T> {
        T prepare() throws BadSettingException, HookUnavailableException, IOException;
    }

    /** What is prepared, or one line and the end, before any load. */
    static <T> T unlessPrepared(String what, Preparer<T> preparer) {
        try {
            if (!Boolean.getBoolean(RunEnded.IN_PLACE_OF_JVM)) {
                Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> crash(fault));
                RunWatch.start();
            }
            return preparer.prepare();
        } catch (BadSettingException | HookUnavailableException e) {
            refuse(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            refuse(what + " can't be prepared: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            crash(e);
        }
        throw new AssertionError("the JVM has ended");
    }

    /** A fault of ours proves nothing; the end, since threads may have been started that would keep the JVM alive for ever. */
    static void crash(Throwable fault) {
        if (fault instanceof RunEnded ended) {
            throw ended;
        }
        if (fault instanceof OutOfMemoryError) {
            System.out.println("Ephemera: the run ends here, what was recorded is kept: " + fault.getMessage() + "; "
                    + RunWatch.heap());
        } else {
            System.out.println("Ephemera: a fault of its own ends the run, which proves nothing: " + fault);
            fault.printStackTrace();
        }
        with(INCONCLUSIVE);
    }

    private static void refuse(String line) {
        System.out.flush();
        System.err.println("Ephemera: bad input (exit " + BAD_INPUT + "): " + line);
        with(Terminal.isOfParent() ? BAD_INPUT_TO_MAVEN : BAD_INPUT);
    }

    /** The end, at once: all has been said. */
    static void with(int code) {
        System.out.flush();
        System.err.flush();
        if (Boolean.getBoolean(RunEnded.IN_PLACE_OF_JVM)) {
            throw new RunEnded(code);
        }
        Runtime.getRuntime().halt(code);
    }

    /**
     * Whatever ends the JVM from now on: the lines are the last on the console, below what Gatling says of its own report, and
     * this is the exit code.
     */
    static void endWith(List<String> lines, int code) {
        endWith(lines, () -> {}, code);
    }

    /** The same, with what comes after the lines. */
    static void endWith(List<String> lines, Runnable last, int code) {
        if (Boolean.getBoolean(RunEnded.IN_PLACE_OF_JVM)) {
            lines.forEach(System.out::println);
            last.run();
            with(code);
        }
        Set<?> hooks = shutdownHooks();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            awaitOthers(hooks);
                            lines.forEach(System.out::println);
                            System.out.flush();
                            last.run();
                            if (code != 0) {
                                with(code);
                            }
                        },
                        "ephemera-exit"));
    }

    /** What is to be done when the JVM is ended before its run: that says that it is inconclusive, and so does the exit code. */
    static Thread whenEnded(Runnable last) {
        Set<?> hooks = shutdownHooks();
        return new Thread(
                () -> {
                    last.run();
                    if (!Boolean.getBoolean(RunEnded.IN_PLACE_OF_JVM)) {
                        awaitOthers(hooks);
                        with(INCONCLUSIVE);
                    }
                },
                "ephemera-interrupted");
    }

    /** The JVM ends already, and its hooks have the last word. */
    static void awaitEnd() {
        while (true) {
            LockSupport.park();
        }
    }

    /**
     * The JVM runs all hooks at once, and {@code halt} cuts off those that have not ended, such as the one that takes the run's ports
     * out of TIME_WAIT. It tells nobody which there are, so they are looked up where it keeps them; {@code java.lang} is open to
     * Gatling, and so to us.
     */
    private static Set<?> shutdownHooks() {
        try {
            Field hooks = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
            hooks.setAccessible(true);
            return hooks.get(null) instanceof Map<?, ?> byThread ? byThread.keySet() : Set.of();
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            return Set.of();
        }
    }

    private static void awaitOthers(Set<?> hooks) {
        try {
            for (Object hook : hooks) {
                if (hook instanceof Thread other && other != Thread.currentThread()) {
                    // All are started before the JVM waits for any.
                    while (other.getState() == Thread.State.NEW) {
                        Thread.onSpinWait();
                    }
                    other.join();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
