package io.ephemera.cli.console;

import java.io.Console;

/** Whether somebody watches. */
public final class Terminal {

    private Terminal() {}

    /** Whether standard input and output are a terminal, where colours show and a page can be drawn anew. */
    @SuppressWarnings("SystemConsoleNull") // What differs from JDK 22 on is dealt with here.
    public static boolean isOutput() {
        Console console = System.console();
        if (console == null) {
            return false;
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
