package io.ephemera.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs that are measured, one at a time. Each ends with this JVM at the latest. */
final class Programs {

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int LINES_TOLD = 5;

    private Programs() {}

    /** A JVM like this one, with these arguments. */
    static List<String> java(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        return command;
    }

    /** The one jar for those who have no Maven, with these arguments. */
    static List<String> jar(List<String> arguments) throws IOException {
        Path jar =
                Path.of("..", "cli", "target", "ephemera.jar").toAbsolutePath().normalize();
        if (!Files.exists(jar)) {
            throw new IOException(jar + " is not there: build it too, by -am");
        }
        return java(Stream.concat(Stream.of("-jar", jar.toString()), arguments.stream())
                .toList());
    }

    /**
     * Runs a program.
     *
     * @param directory where it works
     * @param output file for what it says
     * @param exitCodes those with which it may end
     * @return seconds from its start to its end
     * @throws IOException if it ends otherwise, or not at all
     */
    static double seconds(List<String> command, Path directory, Path output, List<Integer> exitCodes)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .start();
        Thread atExit = new Thread(() -> kill(process));
        Runtime.getRuntime().addShutdownHook(atExit);
        boolean ended = process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        double seconds = (System.nanoTime() - began) / 1e9;
        kill(process);
        Runtime.getRuntime().removeShutdownHook(atExit);
        if (!ended || !exitCodes.contains(process.exitValue())) {
            List<String> said = Files.readAllLines(output);
            throw new IOException(String.join(" ", command)
                    + (ended ? "\nended with exit code " + process.exitValue() : "\nis not over") + ":\n"
                    + String.join("\n", said.subList(Math.max(0, said.size() - LINES_TOLD), said.size())));
        }
        return seconds;
    }

    /** A folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void kill(Process process) {
        try (Stream<ProcessHandle> descendants = process.descendants()) {
            descendants.toList().forEach(ProcessHandle::destroyForcibly);
        }
        process.destroyForcibly();
    }
}
