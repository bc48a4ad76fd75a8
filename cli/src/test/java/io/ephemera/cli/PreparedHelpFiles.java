package io.ephemera.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes what {@code --help} prints, with colours and without, when the jar is built: the jar answers without picocli then. */
public final class PreparedHelpFiles {

    private PreparedHelpFiles() {}

    /**
     * Writes it.
     *
     * @param args the folder
     */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        for (boolean colours : new boolean[] {false, true}) {
            Files.writeString(folder.resolve(PreparedHelp.file(colours)), text(colours));
        }
    }

    static String text(boolean colours) {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        return new CommandLineProgram(nowhere, nowhere, colours).help();
    }
}
