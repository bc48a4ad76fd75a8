package io.ephemera.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The text of {@code --help}, which the build takes from {@link CommandLineProgram#help}. To make it anew, picocli takes longer than
 * all the rest of the start; so nothing here may touch it.
 */
final class PreparedHelp {

    private PreparedHelp() {}

    /** Prints it if it is all that the arguments ask for; false if it is not, or if there is none: classes have it in the jar only. */
    static boolean print(String[] arguments, PrintWriter out, boolean colours) {
        if (arguments.length > 1
                || (arguments.length == 1 && !arguments[0].equals("--help") && !arguments[0].equals("-h"))) {
            return false;
        }
        try (InputStream text = PreparedHelp.class.getResourceAsStream(file(colours))) {
            if (text == null) {
                return false;
            }
            out.print(new String(text.readAllBytes(), StandardCharsets.UTF_8));
            out.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Where the build puts it, beside this class. */
    static String file(boolean colours) {
        return colours ? "help-in-colours.txt" : "help.txt";
    }
}
