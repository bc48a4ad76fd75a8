package io.ephemera.reports;

import java.io.Console;
import java.util.ArrayList;
import java.util.List;

/** Whether somebody watches, and how many columns a line has there. */
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

    /** Lines of at most so many columns, broken between words; a word that is longer than a line stays whole. */
    public static List<String> wrapped(String text, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        // Spaces within are there to part what belongs together from what does not, and stay where no line ends.
        for (String word : text.split("(?<=\\S)(?=\\s)", -1)) {
            if (line.length() > 0 && line.length() + word.stripTrailing().length() > columns) {
                lines.add(line.toString());
                line.setLength(0);
                word = word.stripLeading();
            }
            line.append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
