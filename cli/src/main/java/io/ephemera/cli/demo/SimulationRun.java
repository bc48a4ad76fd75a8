package io.ephemera.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

    private volatile @Nullable String live;
    private volatile String lastLine = "";
    private long ok;
    private long failed;
    private int timeWait;
    private long slices;

    private SimulationRun() {}

    /**
     * A moment of the run; all of it modelled.
     *
     * @param live address of the page that shows it; {@code null} before it is known
     * @param plan what it is to do; {@code null} before that is known
     * @param seconds since its first step began
     * @param ok calls that have succeeded
     * @param failed calls that have not
     * @param timeWait ports in TIME_WAIT
     */
    record Moment(@Nullable String live, @Nullable RunPlan plan, double seconds, long ok, long failed, int timeWait) {

        /** The rate that is offered now. */
        double callsPerSecond() {
            double rate = 0;
            if (plan != null) {
                for (PlannedStep step : plan.steps()) {
                    rate = rate == 0 || step.startSeconds() <= seconds ? step.offeredCallsPerSecond() : rate;
                }
            }
            return rate;
        }
    }

    /**
     * What the run came to.
     *
     * @param result its {@code result.json}; {@code null} if it has left none
     * @param folder the run's folder; {@code null} if there is none
     * @param lastLine the last that it said
     */
    record Ended(@Nullable JsonNode result, @Nullable Path folder, String lastLine) {}

    /**
     * Runs a simulation to its end.
     *
     * @param reportDir where the run's folder will be
     * @param arguments those of {@code ephemera run}
     * @param watcher is told how it goes, many times a second
     */
    static Ended run(Path reportDir, List<String> arguments, Consumer<Moment> watcher)
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
            return new SimulationRun().watch(process, reportDir, before, watcher);
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

    private Ended watch(Process process, Path reportDir, List<Path> before, Consumer<Moment> watcher)
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
                RunPlan plan = tail == null ? null : tail.plan();
                double seconds = plan == null ? 0 : slices * plan.sliceSeconds();
                watcher.accept(new Moment(live, plan, seconds, ok, failed, timeWait));
            } while (!over);
        } catch (RecordingException e) {
            return new Ended(null, folder, String.valueOf(e.getMessage()));
        } finally {
            if (tail != null) {
                tail.close();
            }
        }
        listener.join();
        Path file = folder == null ? null : folder.resolve(RunResult.FILE_NAME);
        JsonNode result = file == null || !Files.exists(file) ? null : new ObjectMapper().readTree(file.toFile());
        return new Ended(result, folder, lastLine);
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
            failed += calls.exhausted();
            for (long others : calls.otherFailures().values()) {
                failed += others;
            }
        }
        Slice.Ports ports = slice.ports();
        timeWait = ports == null ? timeWait : ports.timeWait();
        slices = Math.max(slices, slice.index() + 1);
    }
}
