package io.ephemera.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What the build makes of the commands beside the jar: the manual pages, and the text of {@code --help}. */
public final class ReleaseFiles {

    private ReleaseFiles() {}

    /**
     * Writes them.
     *
     * @param args the folder, below which come {@code man} and {@code prepared-help}; the version; the time of the build in ISO 8601
     */
    public static void main(String[] args) throws IOException {
        Path man = Files.createDirectories(Path.of(args[0], "man"));
        ManPages pages = new ManPages(program(false).whole(), args[1], args[2].substring(0, 10));
        for (Map.Entry<String, String> page : pages.all().entrySet()) {
            Files.writeString(man.resolve(page.getKey()), page.getValue());
        }
        Path help = Files.createDirectories(Path.of(args[0], "prepared-help"));
        for (boolean colours : new boolean[] {false, true}) {
            Files.writeString(
                    help.resolve(PreparedHelp.file(colours)), program(colours).help());
        }
    }

    private static CommandLineProgram program(boolean colours) {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        return new CommandLineProgram(nowhere, nowhere, colours);
    }
}
