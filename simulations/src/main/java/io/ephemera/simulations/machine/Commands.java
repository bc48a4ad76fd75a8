package io.ephemera.simulations.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs the operating system's own commands: no shell, no input, and an end after a while. */
interface Commands {

    /**
     * Runs a command.
     *
     * @param command its name and arguments
     * @return what it printed, errors included
     * @throws IOException if it could not be run, took too long or failed; the message says so without a path
     */
    String run(List<String> command) throws IOException;

    /** The commands of this machine. */
    static Commands system() {
        return withTimeout(Duration.ofSeconds(10));
    }

    /** The commands of this machine, each ended when it takes longer. */
    static Commands withTimeout(Duration longest) {
        return command -> run(command, longest);
    }

    private static String run(List<String> command, Duration longest) throws IOException {
        Process process = start(command);
        process.getOutputStream().close();
        CompletableFuture<Process> end = process.onExit().orTimeout(longest.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Boolean> late = end.handle((ended, timeout) -> {
            if (timeout != null) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                // By its handle: the process itself would close the stream under its reader.
                process.toHandle().destroyForcibly();
            }
            return timeout != null;
        });
        // Digits and dots are what is read; they are the same in every code page that a console may have.
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        if (late.join()) {
            throw new IOException("it took longer than " + Quantities.seconds(longest));
        }
        if (process.exitValue() != 0) {
            throw new IOException("it ended with exit code " + process.exitValue());
        }
        return text;
    }

    private static Process start(List<String> command) throws IOException {
        List<String> resolved = new ArrayList<>(command);
        String windows = System.getenv("SystemRoot");
        if (windows != null) {
            // Windows looks into the current folder before it looks into its own.
            Path own = Path.of(windows, "System32", command.get(0) + ".exe");
            resolved.set(0, Files.exists(own) ? own.toString() : command.get(0));
        }
        try {
            return new ProcessBuilder(resolved).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new IOException("there is no such command", e);
        }
    }
}
