package io.ephemera.cli.demo;

import io.ephemera.reports.Judge;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RecordingTail;
import io.ephemera.reports.RunPlan;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.Slice;
import io.ephemera.reports.UnfinishedRuns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of a simulation, watched by way of its recording while it goes on. */
final class SimulationRun {

    private static final long TICK_MILLIS = 200;
    private static final int BYTES_AT_A_TIME = 1 << 20;

    private final Path reportDir;
    private long ok;
    private long exhausted;
    private long otherFailures;
    private int timeWait;
    private long slices;

    /**
     * @param reportDir where the run's folder will be
     */
    SimulationRun(Path reportDir) {
        this.reportDir = reportDir;
    }

    /**
     * A moment of the run; all of it modelled.
     *
     * @param live address of the page that shows it; {@code null} before it is known
     * @param plan what it is to do; {@code null} before that is known
     */
    record Moment(
            @Nullable String live,
            @Nullable RunPlan plan,
            double seconds,
            long ok,
            long exhausted,
            long otherFailures,
            int timeWait) {

        /** The rate that is offered now. */
        double callsPerSecond() {
            double rate = 0;
            if (plan != null) {
                for (RunPlan.PlannedStep step : plan.steps()) {
                    rate = rate == 0 || step.startSeconds() <= seconds ? step.offeredCallsPerSecond() : rate;
                }
            }
            return rate;
        }
    }

    /**
     * What the run came to.
     *
     * @param result {@code null} if there was no run
     * @param folder the run's folder; {@code null} if there is none
     * @param lastLine the last that it said
     */
    record Ended(@Nullable RunResult result, @Nullable Path folder, String lastLine) {}

    /** Watches a run. */
    @FunctionalInterface
    interface Watcher {
        /** How it goes. */
        void sees(Moment moment);
    }

    /** Runs it to its end. */
    Ended run(List<String> options, Watcher watcher) throws IOException, InterruptedException {
        Set<Path> before = new HashSet<>(UnfinishedRuns.recorded(reportDir));
        List<String> arguments = new ArrayList<>(List.of("run", "KeepAliveOff"));
        arguments.addAll(options);
        arguments.addAll(List.of("--live", "on", "--report-dir", reportDir.toString()));
        @Nullable Path folder = null;
        @Nullable RecordingTail tail = null;
        try (SelfProcess process = SelfProcess.start(arguments)) {
            do {
                if (folder == null) {
                    folder = newFolder(before);
                } else if (tail == null) {
                    tail = new RecordingTail(folder, this::add);
                } else {
                    tail.poll(BYTES_AT_A_TIME);
                }
                RunPlan plan = tail == null ? null : tail.plan();
                watcher.sees(new Moment(
                        live(process.said()),
                        plan,
                        plan == null ? 0 : slices * plan.sliceSeconds(),
                        ok,
                        exhausted,
                        otherFailures,
                        timeWait));
            } while (process.runsStillAfter(TICK_MILLIS));
            process.exitCode();
            folder = folder == null ? newFolder(before) : folder;
            List<String> said = process.said();
            return new Ended(
                    folder == null ? null : Judge.judge(Recording.read(folder)),
                    folder,
                    said.isEmpty() ? "" : said.get(said.size() - 1));
        } catch (RecordingException e) {
            return new Ended(null, folder, String.valueOf(e.getMessage()));
        } finally {
            if (tail != null) {
                tail.close();
            }
        }
    }

    private @Nullable Path newFolder(Set<Path> before) throws IOException {
        return UnfinishedRuns.recorded(reportDir).stream()
                .filter(folder -> !before.contains(folder))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String live(List<String> said) {
        return said.stream()
                .map(String::strip)
                .filter(line -> line.startsWith("live "))
                .map(line -> line.replaceFirst("^live +(\\S+).*", "$1"))
                .findFirst()
                .orElse(null);
    }

    private void add(Slice slice) {
        for (Slice.StepCalls calls : slice.calls()) {
            ok += calls.ok();
            exhausted += calls.exhausted();
            otherFailures += calls.otherFailures().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
        Slice.Ports ports = slice.ports();
        timeWait = ports == null ? timeWait : ports.timeWait();
        slices = Math.max(slices, slice.index() + 1);
    }
}
