package io.ephemera.simulations.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Profiles of files, whose figures are made up. */
final class Profiles {

    private Profiles() {}

    /** Writes a profile, with a source for each figure. */
    static Path write(Path folder, String profile) throws IOException {
        StringBuilder whole = new StringBuilder(profile);
        for (String figure : List.of("ports", "timeWait", "scope", "connectMessage", "bindMessage")) {
            whole.append(figure).append(".source = made up\n");
        }
        return Files.writeString(folder.resolve("made-up.properties"), whole);
    }
}
