package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Programs of the system that some tests ask. */
public final class Tools {

    private static final long HANGING_SECONDS = 120;

    private Tools() {}

    /** Skips the test by the name of what is missing; where CI is set that is a failure. */
    public static void assumeInstalled(String tool) {
        boolean installed = Arrays.stream(
                        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
        if (!installed && System.getenv("CI") != null) {
            fail("there is no " + tool + ", which .ci/run installs");
        }
        assumeTrue(installed, () -> "skipped: there is no " + tool);
    }

    /** Runs it in a folder, without input. */
    public static Ran run(Path folder, List<String> command) throws IOException, InterruptedException {
        return run(folder, folder, command);
    }

    /** The same, with its output kept elsewhere. */
    static Ran run(Path folder, Path output, List<String> command) throws IOException, InterruptedException {
        Path out = output.resolve("out");
        Path err = output.resolve("err");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        // A net for a program that hangs; no test waits for it otherwise.
        process.onExit().orTimeout(HANGING_SECONDS, TimeUnit.SECONDS).exceptionally(late -> process.destroyForcibly());
        return new Ran(process.waitFor(), Files.readString(out), Files.readString(err));
    }

    /** Names of what is in a folder, but for these. */
    static Set<String> children(Path folder, String... others) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !List.of(others).contains(name))
                    .collect(Collectors.toSet());
        }
    }
}
