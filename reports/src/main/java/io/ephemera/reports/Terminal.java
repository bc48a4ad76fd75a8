package io.ephemera.reports;

import java.io.Console;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Whether somebody watches, and how many columns a line has there. */
public final class Terminal {

    /** System property by which a JVM that has a pipe for its input is told that its output is a terminal. */
    public static final String TOLD = "io.ephemera.terminal";

    /**
     * Its value where the parent passes on what this JVM prints, so that the parent's output is the terminal, or none: as Maven does.
     * Rewriting a line would be beyond it; colours and the width pass.
     */
    public static final String OF_PARENT = "parent";

    /** Where none is known. */
    private static final int USUAL_COLUMNS = 80;

    private static final int LEAST_COLUMNS = 40;

    private static final Pattern UNIT = Pattern.compile(" (s|ms|calls?|calls/s|ports?)\\b| %");

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

    /** Whether what is printed comes to a terminal, be it by way of the parent. */
    private static boolean isReached() {
        return isOutput() || (isOfParent() && isOutputOfParent());
    }

    /** Whether Maven, or another parent that says so, passes on what this JVM prints. */
    public static boolean isOfParent() {
        return OF_PARENT.equals(System.getProperty(TOLD));
    }

    /** Only Linux tells. */
    private static boolean isOutputOfParent() {
        try {
            long parent =
                    ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
            String output =
                    Files.readSymbolicLink(Path.of("/proc/" + parent + "/fd/1")).toString();
            return output.startsWith("/dev/pts/") || output.startsWith("/dev/tty");
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    /** Columns of the terminal; 80 where there is none, or it does not say. */
    public static int columns() {
        if (!isReached()) {
            return USUAL_COLUMNS;
        }
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            int columns = Integer.parseInt(size.replaceFirst("^\\d+ ", ""));
            return Math.max(LEAST_COLUMNS, columns == 0 ? USUAL_COLUMNS : columns);
        } catch (IOException | NumberFormatException e) {
            // No stty, as on Windows, or no terminal of its own.
            return USUAL_COLUMNS;
        }
    }

    /** Whether to colour: on a terminal that can, unless the user's environment says no (NO_COLOR, TERM=dumb). */
    public static boolean isColoured() {
        return isReached() && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
    }

    /**
     * A text on lines of at most so many columns, broken between words, and never between a number and its unit; a word that is longer
     * than a line stays whole.
     *
     * @param indent before each line but the first
     */
    public static List<String> wrapped(String text, String indent, int columns) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > columns) {
            int space = rest.lastIndexOf(' ', columns);
            while (space > indent.length()
                    && UNIT.matcher(rest.substring(space)).lookingAt()) {
                space = rest.lastIndexOf(' ', space - 1);
            }
            if (space <= indent.length()) {
                break;
            }
            lines.add(rest.substring(0, space).stripTrailing());
            rest = indent + rest.substring(space).strip();
        }
        lines.add(rest);
        return lines;
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
