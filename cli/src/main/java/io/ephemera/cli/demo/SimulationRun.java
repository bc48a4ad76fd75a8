package io.ephemera.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RecordingReader;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.Slice;
import io.ephemera.reports.UnfinishedRuns;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code ephemera run} in a JVM of its own, since Gatling starts once in each, watched by way of its recording while it goes on. If
 * this JVM ends before, so does the run.
 */
final class SimulationRun {

    private static final long TICK_MILLIS = 100;
    private static final int BYTES_AT_A_TIME = 1 << 20;

    private final String title;
    private volatile @Nullable String live;
    private volatile String lastLine = "";
    private long ok;
    private long refused;
    private long others;
    private int timeWait;
    private long slices;

    private SimulationRun(String title) {
        this.title = title;
    }

    /**
     * What the run came to.
     *
     * @param result its {@code result.json}; {@code null} if it has left none
     * @param folder the run's folder; {@code null} if there is none
     * @param lastLine the last that it said
     * @param exitCode its own
     */
    record Ended(@Nullable JsonNode result, @Nullable Path folder, String lastLine, int exitCode) {}

    /**
     * Runs a simulation to its end.
     *
     * @param reportDir where the run's folder will be
     * @param title of its chapter
     * @param arguments those of {@code ephemera run}
     * @param audience is shown how it goes, many times a second
     */
    static Ended run(Path reportDir, String title, List<String> arguments, Consumer<Scene> audience)
            throws IOException, InterruptedException {
        List<Path> before = UnfinishedRuns.recorded(reportDir);
        List<String> command = new ArrayList<>(java());
        command.add("run");
        command.addAll(arguments);
        command.addAll(List.of("--live", "on", "--report-dir", reportDir.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        Thread onEnd = new Thread(process::destroy, "ephemera-demo-end");
        Runtime.getRuntime().addShutdownHook(onEnd);
        try {
            return new SimulationRun(title).watch(process, reportDir, before, audience);
        } finally {
            process.destroy();
            try {
                Runtime.getRuntime().removeShutdownHook(onEnd);
            } catch (IllegalStateException e) {
                // The end is here already.
            }
        }
    }

    private static List<String> java() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // A run of some seconds is over before the second compiler has paid off.
        String soon = "-XX:TieredStopAtLevel=1";
        String classPath = System.getProperty("java.class.path");
        return classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)
                // By its manifest the hook is there from the start; a class path would leave that out.
                ? List.of(java, soon, "-jar", classPath)
                : List.of(java, soon, "-cp", classPath, "io.ephemera.cli.Main");
    }

    private Ended watch(Process process, Path reportDir, List<Path> before, Consumer<Scene> audience)
            throws IOException, InterruptedException {
        Thread listener = new Thread(() -> listen(process), "ephemera-demo-listener");
        listener.setDaemon(true);
        listener.start();
        Path folder = null;
        RecordingReader tail = null;
        try {
            boolean over;
            do {
                // The last look is one at the whole recording.
                over = process.waitFor(TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (tail == null) {
                    List<Path> begun = new ArrayList<>(UnfinishedRuns.recorded(reportDir));
                    begun.removeAll(before);
                    folder = begun.isEmpty() ? null : begun.get(0);
                    tail = folder == null ? null : new RecordingReader(folder, this::add);
                }
                if (tail != null) {
                    tail.poll(BYTES_AT_A_TIME);
                }
                audience.accept(scene(tail == null ? null : tail.plan()));
            } while (!over);
        } catch (RecordingException e) {
            return new Ended(null, folder, String.valueOf(e.getMessage()), ExitCode.UNKNOWN);
        } finally {
            if (tail != null) {
                tail.close();
            }
        }
        listener.join();
        Path file = folder == null ? null : folder.resolve(RunResult.FILE_NAME);
        JsonNode result = file == null || !Files.exists(file) ? null : new ObjectMapper().readTree(file.toFile());
        return new Ended(result, folder, lastLine, process.exitValue());
    }

    private Scene scene(@Nullable RunPlan plan) {
        if (plan == null || ok + refused + others == 0) {
            return new Scene(title, "", Scene.Mood.PLAIN, List.of("Gatling starts"), 0, 0, live);
        }
        double seconds = slices * plan.sliceSeconds();
        double offered = 0;
        for (PlannedStep step : plan.steps()) {
            offered = offered == 0 || step.startSeconds() <= seconds ? step.offeredCallsPerSecond() : offered;
        }
        String line = String.format(Locale.ROOT, "%,.0f s: %,d ok, %,d refused", seconds, ok, refused)
                + (others == 0 ? "" : String.format(Locale.ROOT, ", %,d failed otherwise", others));
        int ports = plan.limits().effectivePorts();
        return new Scene(title, Playbill.rate(offered), Scene.Mood.PLAIN, List.of(line), timeWait, ports, live);
    }

    private void listen(Process process) {
        try (BufferedReader reader = process.inputReader()) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lastLine = line;
                if (live == null && line.strip().startsWith("live ")) {
                    live = line.strip().split(" +", -1)[1];
                }
            }
        } catch (IOException e) {
            // It was ended.
        }
    }

    private void add(Slice slice) {
        for (Slice.StepCalls calls : slice.calls()) {
            ok += calls.ok();
            refused += calls.exhausted();
            others += calls.other();
        }
        Slice.Ports ports = slice.ports();
        timeWait = ports == null ? timeWait : ports.timeWait();
        slices = Math.max(slices, slice.index() + 1);
    }
}
