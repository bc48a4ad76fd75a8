package io.ephemera.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary folder, which goes with all that is in it. */
public final class Scratch implements AutoCloseable {

    private final Path folder;
    private final AtExit atExit = AtExit.run(this::deleteAll);

    private Scratch(Path folder) {
        this.folder = folder;
    }

    /** Makes one. */
    public static Scratch make() throws IOException {
        return new Scratch(Files.createTempDirectory("ephemera-benchmarks"));
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    @Override
    public void close() {
        deleteAll();
        atExit.close();
    }

    /** What a process writes meanwhile stays: there is nothing more to be done about it. */
    private void deleteAll() {
        try (Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("left: " + folder + " (" + e.getMessage() + ")");
        }
    }
}
