package io.ephemera.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A command of this program in a JVM of its own: Gatling starts once in each, and a probe inward comes from elsewhere. */
final class SelfProcess implements AutoCloseable {

    private static final String MAIN = "io.ephemera.cli.Main";

    private final Process process;
    private final List<String> said = Collections.synchronizedList(new ArrayList<>());
    private final Thread listener;
    private final Thread onEnd;

    private SelfProcess(Process process) {
        this.process = process;
        this.listener = new Thread(this::listen, "ephemera-demo-listener");
        this.onEnd = new Thread(process::destroy, "ephemera-demo-end");
        listener.setDaemon(true);
        listener.start();
        Runtime.getRuntime().addShutdownHook(onEnd);
    }

    static SelfProcess start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String classPath = System.getProperty("java.class.path");
        if (classPath.endsWith(".jar") && !classPath.contains(System.getProperty("path.separator"))) {
            // By its manifest the hook is there from the start; a class path would leave that out.
            command.addAll(List.of("-jar", classPath));
        } else {
            command.addAll(List.of("-cp", classPath, MAIN));
        }
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return new SelfProcess(process);
    }

    private void listen() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), Charset.defaultCharset()))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                said.add(line);
            }
        } catch (IOException e) {
            // It was ended.
        }
    }

    /** What it has printed so far. */
    List<String> said() {
        synchronized (said) {
            return List.copyOf(said);
        }
    }

    /** Whether it still runs, after a while at most. */
    boolean runsStillAfter(long millis) throws InterruptedException {
        return !process.waitFor(millis, java.util.concurrent.TimeUnit.MILLISECONDS);
    }

    /** Waits for its end, and for its last line; returns its exit code. */
    int exitCode() throws InterruptedException {
        int code = process.waitFor();
        listener.join();
        return code;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            Runtime.getRuntime().removeShutdownHook(onEnd);
        } catch (IllegalStateException e) {
            // The end is here already.
        }
    }
}
