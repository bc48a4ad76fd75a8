package io.ephemera.simulations.scenario;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM beside this one, whose connections no pool governs. It talks in lines over its standard streams. */
final class SideProcess implements Closeable {

    private static final long LONGEST_END_SECONDS = 10;

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter questions;
    private final String greeting;

    /**
     * Starts it, and waits for its first line.
     *
     * @param what it is, for people
     * @param main its main class
     */
    SideProcess(String what, Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        this.process =
                new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        String first = answers.readLine();
        if (first == null) {
            process.destroyForcibly();
            throw new IOException(what + " in a JVM of its own could not be started");
        }
        this.greeting = first;
    }

    String greeting() {
        return greeting;
    }

    synchronized String ask(String line) {
        try {
            questions.write(line + "\n");
            questions.flush();
            String answer = answers.readLine();
            return answer == null ? "the process has ended" : answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a table of processes names it. */
    String name() {
        return "java (" + process.pid() + ")";
    }

    /** Ends the process; when this returns, it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + process.pid() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
