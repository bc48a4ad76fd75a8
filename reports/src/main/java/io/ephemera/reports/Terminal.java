package io.ephemera.reports;

import java.io.Console;

/** Whether somebody watches. */
public final class Terminal {

    /** System property by which a JVM that has a pipe for its input is told that its output is a terminal. */
    public static final String TOLD = "io.ephemera.terminal";

    private Terminal() {}

    /** Whether standard output is a terminal, on which a line can be rewritten. */
    @SuppressWarnings("SystemConsoleNull") // What differs from JDK 22 on is dealt with here.
    public static boolean isOutput() {
        Console console = System.console();
        if (console == null || Boolean.getBoolean(TOLD)) {
            return Boolean.getBoolean(TOLD);
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            // Before JDK 22 there is a console only on a terminal.
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** Whether to colour: on a terminal that can, unless the user's environment says no (NO_COLOR, TERM=dumb). */
    public static boolean isColoured() {
        return isOutput() && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
    }
}
