package io.ephemera.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;

/** What {@code --help} prints. To lay it out picocli takes longer than all the rest of the start, so it is a file, and nothing here may touch picocli. */
final class ProgramHelp {

    /** A test holds it against the commands. */
    static final String FILE = "help.txt";

    /** With the name of a command behind it, it asks for the help of that. */
    static final String COMMAND = "help";

    private static final Set<String> ASKS = Set.of("-h", "--help");

    private ProgramHelp() {}

    /** Whether the arguments ask for it, or for nothing. */
    static boolean isAskedFor(String... arguments) {
        return arguments.length == 0
                || ASKS.contains(arguments[0])
                || (arguments.length == 1 && arguments[0].equals(COMMAND));
    }

    /** @param colours whether the commands stand out */
    static void print(PrintWriter out, boolean colours) {
        try (InputStream file = Objects.requireNonNull(ProgramHelp.class.getResourceAsStream(FILE), FILE)) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            out.print(colours ? text.replaceAll("(?m)^  (\\w+)(?=  )", "  \033[1m$1\033[0m") : text);
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException("the jar can't be read", e);
        }
    }
}
