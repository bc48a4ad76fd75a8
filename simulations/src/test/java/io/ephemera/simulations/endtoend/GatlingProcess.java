package io.ephemera.simulations.endtoend;

import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A simulation in a JVM of its own, started the way Gatling's Maven plugin starts it. */
final class GatlingProcess implements AutoCloseable {

    /** Above what any run takes on a machine that others use as well: whoever waits so long waits for ever. */
    private static final long TIMEOUT_SECONDS = 900;

    /**
     * A run in virtual time is only slower where it gets no processor, so it leaves that to the runs by the wall clock that are made
     * beside it (SCHED_IDLE).
     */
    private static final List<String> BESIDE_OTHERS = List.of("chrt", "--idle", "0");

    /** Such a run is over before the second compiler has earned what it costs. */
    private static final List<String> SHORT_RUN = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static final String END = "";
    private static final int SIGKILLED = 128 + 9;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Path reportDir;
    private final Path temporary;
    private final List<String> output = new ArrayList<>();
    private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();
    private final Thread reader;

    private GatlingProcess(Process process, Path reportDir, Path temporary) {
        this.process = process;
        this.reportDir = reportDir;
        this.temporary = temporary;
        this.reader = new Thread(this::read, "gatling-output");
        reader.start();
    }

    /** Starts {@code KeepAliveOff} behind a command, for example a shell that sets limits. */
    static GatlingProcess start(Path folder, List<String> prefix, Map<String, String> settings) throws IOException {
        return start(folder, "KeepAliveOff", prefix, settings);
    }

    /**
     * Starts a simulation.
     *
     * @param folder for all that the run writes
     * @param simulation its short name
     * @param prefix a command before the JVM's
     */
    static GatlingProcess start(Path folder, String simulation, List<String> prefix, Map<String, String> settings)
            throws IOException {
        return start(folder, simulation, prefix, settings, System.getProperty("java.class.path"));
    }

    /**
     * Starts a simulation from another class path, for example one that another user may read.
     *
     * @param classPath with {@link java.io.File#pathSeparator} between its entries
     */
    static GatlingProcess start(
            Path folder, String simulation, List<String> prefix, Map<String, String> settings, String classPath)
            throws IOException {
        Path reportDir = folder.resolve("runs");
        Path temporary = Files.createDirectories(folder.resolve("temporary"));
        boolean virtual = !settings.containsKey("ephemera.stack");
        List<String> command = new ArrayList<>(virtual ? BESIDE_OTHERS : List.of());
        command.addAll(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        command.addAll(SHORT_RUN);
        command.add("-XX:+EnableDynamicAgentLoading");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Djdk.attach.allowAttachSelf=true");
        command.add("-Djava.util.prefs.PreferencesFactory=io.ephemera.simulations.gatling.TransientPreferences");
        command.add("-Dephemera.report.dir=" + reportDir);
        command.add("-Djava.io.tmpdir=" + temporary);
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.add("-cp");
        command.add(classPath);
        command.add("io.gatling.app.Gatling");
        command.addAll(List.of("-s", "io.ephemera.simulations." + simulation));
        command.addAll(List.of("-rf", folder.resolve("gatling").toString()));
        command.add("-nr");
        return new GatlingProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start(), reportDir, temporary);
    }

    static GatlingProcess start(Path folder, Map<String, String> settings) throws IOException {
        return start(folder, List.of(), settings);
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (output) {
                    output.add(line);
                }
                if (!line.isEmpty()) {
                    unread.add(line);
                }
            }
        } catch (IOException e) {
            synchronized (output) {
                output.add("output ended: " + e);
            }
        } finally {
            unread.add(END);
        }
    }

    /** Waits for a line of the output that contains the text. */
    void awaitLine(String text) throws InterruptedException {
        for (String line = ""; !line.contains(text); ) {
            String next = unread.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            if (next == null || next.equals(END)) {
                throw new AssertionError("no line with \"" + text + "\" in:\n" + output());
            }
            line = next;
        }
    }

    /** Waits for the end and returns the exit code. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the run does not end:\n" + output());
        }
        reader.join();
        return process.exitValue();
    }

    /**
     * The exit code of a run by the wall's clock, which needs time from the machine. Where it had none the test is skipped by name: the
     * run is inconclusive then, and says so.
     */
    int exitCodeIfConclusive() throws InterruptedException, IOException {
        int exitCode = exitCode();
        if (exitCode == 3) {
            JsonNode result = result();
            assertEquals("inconclusive", result.at("/verdict").asText(), output());
            Assumptions.abort("skipped: this machine had no time for the run: "
                    + result.at("/verdictReason").asText());
        }
        return exitCode;
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

    void kill() {
        process.destroyForcibly();
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
        kill();
        return exitCode() == SIGKILLED;
    }

    String output() {
        synchronized (output) {
            return String.join("\n", output);
        }
    }

    /** Folders of the runs. */
    List<Path> runs() throws IOException {
        if (!Files.isDirectory(reportDir)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(reportDir)) {
            return folders.filter(Files::isDirectory).sorted().collect(Collectors.toList());
        }
    }

    /** Folder of the latest run that records; a migration's own folder is none. */
    Path latestRecording() throws IOException {
        return runs().stream()
                .filter(run -> Files.exists(run.resolve("recording.jsonl")))
                .max(Comparator.comparing(
                        run -> run.resolve("recording.jsonl").toFile().lastModified()))
                .orElseThrow();
    }

    /** What the run has left among the temporary files. */
    List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.collect(Collectors.toList());
        }
    }

    /** The result of the only run. */
    JsonNode result() throws IOException {
        List<Path> runs = runs();
        if (runs.size() != 1) {
            throw new AssertionError("not one run but " + runs + ":\n" + output());
        }
        return JSON.readTree(runs.get(0).resolve("result.json").toFile());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
