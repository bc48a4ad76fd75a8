package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Another JVM. It tells what it has done line by line, and may be told to go on. */
final class ChildJvm implements Closeable {

    /** It lives for a second: neither the second compiler nor an archive of classes that is not there is worth the wait. */
    private static final List<String> QUICK = List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private final Process process;
    private final BufferedReader output;
    private final Path errors;
    private final List<String> lines = new ArrayList<>();

    private ChildJvm(Process process, Path errors) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.errors = errors;
    }

    static ChildJvm start(Class<?> main, List<String> flags, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
        return start(command);
    }

    /** @param arguments of the JVM and of the application */
    static ChildJvm start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(QUICK);
        command.addAll(arguments);
        // Not among the temporary files of the machine: of a child that nobody closes it stays.
        Path errors = Files.createTempFile(Files.createDirectories(Path.of("target", "children")), "child", ".err");
        return new ChildJvm(
                new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors);
    }

    String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("it has ended: " + this);
        }
        lines.add(line);
        return line;
    }

    void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Says no more to it, and waits until it has ended. */
    ChildJvm await() throws Exception {
        process.getOutputStream().close();
        output.lines().forEach(lines::add);
        process.waitFor();
        return this;
    }

    long pid() {
        return process.pid();
    }

    int exitCode() {
        return process.exitValue();
    }

    List<String> lines() {
        return lines;
    }

    /** What it has written to its standard error stream so far. */
    String errors() throws IOException {
        return Files.readString(errors);
    }

    ChildJvm says(String expected) {
        assertTrue(String.join("\n", lines).contains(expected), () -> expected + " is not in " + this);
        return this;
    }

    ChildJvm warns(String expected) throws IOException {
        assertTrue(errors().contains(expected), () -> expected + " is not in " + this);
        return this;
    }

    ChildJvm neverWarns(String unwanted) throws IOException {
        assertFalse(errors().contains(unwanted), () -> unwanted + " is in " + this);
        return this;
    }

    /** Ends it, and waits until it is gone. */
    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        process.onExit().join();
        Files.deleteIfExists(errors);
    }

    @Override
    public String toString() {
        try {
            return process + "\n--- out\n" + String.join("\n", lines) + "\n--- err\n" + errors();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
