package io.ephemera.simulations.endtoend;

import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A JVM for Gatling, started the way Gatling's Maven plugin starts it. */
final class GatlingProcess implements AutoCloseable {

    /** Above what any run takes on a machine that others use as well: whoever waits so long waits for ever. */
    static final long TIMEOUT_SECONDS = 900;

    /**
     * A run in virtual time is only slower where it gets no processor, so it leaves that to the runs by the wall clock that are made
     * beside it (SCHED_IDLE).
     */
    private static final List<String> BESIDE_OTHERS = List.of("chrt", "--idle", "0");

    private static final String TEMPORARY = "temporary";
    private static final String END = "";
    private static final int SIGKILLED = 128 + 9;

    private final Process process;
    private final Path folder;
    private final List<String> output = new ArrayList<>();
    private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();
    private final Thread reader;

    private GatlingProcess(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
        this.reader = new Thread(this::read, "gatling-output");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a run.
     *
     * @param folder for all that it writes
     * @param simulation its short name
     * @param settings as in {@link WholeRun#settings}
     * @param prefix a command before the JVM's, for example a shell that sets limits
     */
    static GatlingProcess start(Path folder, String simulation, String settings, String... prefix) throws IOException {
        return startFrom(System.getProperty("java.class.path"), folder, simulation, settings, prefix);
    }

    /**
     * Starts a run from another class path, for example one that another user may read.
     *
     * @param classPath with {@link java.io.File#pathSeparator} between its entries
     */
    static GatlingProcess startFrom(String classPath, Path folder, String simulation, String settings, String... prefix)
            throws IOException {
        Path temporary = Files.createDirectories(folder.resolve(TEMPORARY));
        List<String> options = new ArrayList<>(List.of("-Djava.io.tmpdir=" + temporary));
        List<String> arguments = new ArrayList<>();
        for (String argument : WholeRun.arguments(folder, simulation, settings)) {
            (argument.startsWith("-D") ? options : arguments).add(argument);
        }
        boolean virtual = !settings.contains("stack=");
        return new GatlingProcess(
                process(virtual, classPath, options, "io.gatling.app.Gatling", arguments, prefix), folder);
    }

    /**
     * Starts a class of the tests that makes runs in virtual time.
     *
     * @param besideOthers whether it leaves the processor to whoever else wants it
     */
    static GatlingProcess startRuns(boolean besideOthers, Class<?> mainClass, String option, String... prefix)
            throws IOException {
        String classPath = System.getProperty("java.class.path");
        return new GatlingProcess(
                process(besideOthers, classPath, List.of(option), mainClass.getName(), List.of(), prefix), Path.of(""));
    }

    private static Process process(
            boolean besideOthers,
            String classPath,
            List<String> options,
            String mainClass,
            List<String> arguments,
            String... prefix)
            throws IOException {
        List<String> command = new ArrayList<>(besideOthers ? BESIDE_OTHERS : List.of());
        command.addAll(List.of(prefix));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // A run is over before the second compiler has earned what it costs.
        command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        String agent = Arrays.stream(classPath.split(File.pathSeparator))
                .filter(entry -> entry.contains("byte-buddy-agent"))
                .findFirst()
                .orElseThrow();
        command.addAll(List.of("-javaagent:" + agent, "-Dio.ephemera.runs.endWithParent=true"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Djava.util.prefs.PreferencesFactory=io.ephemera.simulations.gatling.TransientPreferences");
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("output ended: " + e);
        } finally {
            unread.add(END);
        }
    }

    private void add(String line) {
        synchronized (output) {
            output.add(line);
        }
        if (!line.isEmpty()) {
            unread.add(line);
        }
    }

    /** Sends a line to its input. */
    void tell(String line) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    /** Waits for a line of the output that contains the text; the lines that are not empty up to it. */
    List<String> linesTo(String text) throws InterruptedException {
        return linesTo(text, TIMEOUT_SECONDS);
    }

    /** The same, for so many seconds without a line. */
    List<String> linesTo(String text, long timeoutSeconds) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        do {
            String next = unread.poll(timeoutSeconds, TimeUnit.SECONDS);
            if (next == null || next.equals(END)) {
                throw new AssertionError("no line with \"" + text + "\" in:\n" + String.join("\n", lines));
            }
            lines.add(next);
        } while (!lines.get(lines.size() - 1).contains(text));
        return lines;
    }

    /** Waits for the end. */
    WholeRun ended() throws InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the run does not end:\n" + output());
        }
        reader.join();
        return new WholeRun(folder, process.exitValue(), output());
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal by its name. */
    void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new AssertionError("kill -" + name + " gave " + status);
        }
    }

    /** This process and those that it has started. */
    List<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    /**
     * Kills the process once it has written to a file so many times, or not at all if it ends before.
     *
     * @return whether it was killed
     */
    boolean killAfter(int writes, Path file) throws IOException, InterruptedException {
        try (WatchService watcher = FileSystems.getDefault().newWatchService()) {
            Objects.requireNonNull(file.getParent()).register(watcher, ENTRY_MODIFY);
            for (int seen = 0; seen < writes && process.isAlive(); ) {
                WatchKey key = watcher.poll(1, TimeUnit.SECONDS);
                if (key != null) {
                    for (WatchEvent<?> event : key.pollEvents()) {
                        seen += file.endsWith((Path) event.context()) ? event.count() : 0;
                    }
                    key.reset();
                }
            }
        }
        close();
        return ended().exitCode() == SIGKILLED;
    }

    String output() {
        synchronized (output) {
            return String.join("\n", output);
        }
    }

    /** What the run has left among the temporary files. */
    List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(TEMPORARY))) {
            return files.toList();
        }
    }

    /** Kills it. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
