package io.ephemera.simulations.run;

import java.io.PrintStream;
import java.util.List;

/** How the JVM ends. Gatling ends it with 0 whatever a run found; ours has the last word. */
final class Exit {

    static final int BAD_INPUT = 2;
    static final int INCONCLUSIVE = 3;

    private Exit() {}

    /** One line, then the end, before anything was started. */
    static void refuse(String line) {
        flush();
        System.err.println("Ephemera: " + line);
        System.err.flush();
        Runtime.getRuntime().halt(BAD_INPUT);
    }

    /** The end, at once: all has been said. */
    static void with(int code) {
        flush();
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
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            lines.forEach(System.out::println);
                            flush();
                            last.run();
                            if (code != 0) {
                                Runtime.getRuntime().halt(code);
                            }
                        },
                        "ephemera-exit"));
    }

    private static void flush() {
        for (PrintStream stream : new PrintStream[] {System.out, System.err}) {
            stream.flush();
        }
    }
}
