package io.ephemera.agent;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Another JVM with the class path of this one. It tells what it has done line by line, and goes on when it gets a line. */
final class ChildJvm implements Closeable {

    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static ChildJvm start(Class<?> main, List<String> flags, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // It lives for a second: neither the second compiler nor a class path checked anew is worth the wait.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(flags);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ChildJvm(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** The next line that it says to us. */
    String line() throws IOException {
        while (true) {
            String line = output.readLine();
            if (line == null) {
                throw new IOException("the child JVM has ended");
            }
            if (line.startsWith(SAYS)) {
                return line.substring(SAYS.length());
            }
            System.out.println("[child] " + line);
        }
    }

    /** Says a line to it. */
    void tell(Object... words) throws IOException {
        String line = Stream.of(words).map(String::valueOf).collect(Collectors.joining(" ", "", "\n"));
        OutputStream input = process.getOutputStream();
        input.write(line.getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    private static final String SAYS = "CHILD ";

    /** In the child: tells the parent. */
    static void say(Object what) {
        System.out.println(SAYS + what);
        System.out.flush();
    }

    /** Ends it, and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
