package io.ephemera.benchmarks.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that is measured, or that serves those which are. It ends with this JVM at the latest. */
public final class Child implements AutoCloseable {

    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final List<String> command;
    private final Path output;
    private final Process process;
    private final AtExit atExit;
    private final long beganNanos = System.nanoTime();

    private Child(List<String> command, Path output, Process process) {
        this.command = command;
        this.output = output;
        this.process = process;
        this.atExit = AtExit.run(() -> kill(process));
    }

    /**
     * Starts it.
     *
     * @param command program and arguments
     * @param directory where it works
     * @param output file for what it says
     * @param environment variables besides this JVM's
     */
    public static Child start(List<String> command, Path directory, Path output, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return new Child(List.copyOf(command), output, builder.start());
    }

    /**
     * Waits until it has ended by itself.
     *
     * @return seconds since its start
     * @throws IOException if the time is up, or it ended with another exit code than those
     */
    public double awaitEnd(Duration limit, List<Integer> exitCodes) throws IOException, InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("not over after " + limit.toSeconds() + " s: " + told());
        }
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        if (!exitCodes.contains(process.exitValue())) {
            throw new IOException("exit code " + process.exitValue() + " of " + told());
        }
        return seconds;
    }

    /** Whether it goes on. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Processor time so far, in seconds; NaN if the system does not tell. */
    public double cpuSeconds() {
        return process.info().totalCpuDuration().map(cpu -> cpu.toNanos() / 1e9).orElse(Double.NaN);
    }

    /** Its command and the end of what it said. */
    public String told() {
        String said;
        try {
            List<String> lines = new String(Files.readAllBytes(output), StandardCharsets.ISO_8859_1)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            said = String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException e) {
            said = "its output can't be read: " + e.getMessage();
        }
        return command.get(0) + " … " + command.get(command.size() - 1) + "\n" + said;
    }

    @Override
    public void close() {
        kill(process);
        try {
            process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        atExit.close();
    }

    private static void kill(Process process) {
        try (Stream<ProcessHandle> descendants = process.descendants()) {
            descendants.toList().forEach(ProcessHandle::destroyForcibly);
        }
        process.destroyForcibly();
    }
}
