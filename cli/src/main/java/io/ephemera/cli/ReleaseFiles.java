package io.ephemera.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What the build makes of the commands beside the jar: the manual pages. */
public final class ReleaseFiles {

    private ReleaseFiles() {}

    /**
     * Writes them.
     *
     * @param args the folder, below which comes {@code man}; the version; the time of the build in ISO 8601
     */
    public static void main(String[] args) throws IOException {
        Path man = Files.createDirectories(Path.of(args[0], "man"));
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        CommandLineProgram program = new CommandLineProgram(nowhere, nowhere, false);
        ManPages pages = new ManPages(program.whole(), args[1], args[2].substring(0, 10));
        for (Map.Entry<String, String> page : pages.all().entrySet()) {
            Files.writeString(man.resolve(page.getKey()), page.getValue());
        }
    }
}
