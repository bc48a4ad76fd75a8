package io.ephemera.reports.page;

import io.ephemera.reports.Format;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.UnfinishedRuns;
import io.ephemera.reports.VerdictWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The past runs of a report folder.
 *
 * @param runs the newest, newest first
 * @param left how many older ones are not listed
 */
public record RunIndex(List<PastRun> runs, int left) {

    /** More than these, the newest, are not listed: a page must stay one to read. */
    private static final int MOST = 1_000;

    /** @throws IOException if the folder can't be read */
    static RunIndex of(Path reportDir) throws IOException {
        List<PastRun> runs = new ArrayList<>();
        for (Path folder : UnfinishedRuns.withFile(reportDir, RunResult.FILE_NAME)) {
            runs.add(PastRun.read(reportDir, folder));
        }
        runs.sort(Comparator.comparing(PastRun::startedAt).reversed().thenComparing(PastRun::folder));
        int listed = Math.min(MOST, runs.size());
        return new RunIndex(List.copyOf(runs.subList(0, listed)), runs.size() - listed);
    }

    /** Whether there is a threshold to draw. */
    public boolean hasTrend() {
        return !groups().isEmpty();
    }

    private Map<String, List<Peaks.Point>> groups() {
        Map<String, List<Peaks.Point>> groups = new LinkedHashMap<>();
        for (int i = runs.size() - 1; i >= 0; i--) {
            PastRun run = runs.get(i);
            RunResult result = run.result();
            Double measured = result == null ? null : result.measured().thresholdCallsPerSecond();
            // An inconclusive run has proved nothing.
            if (result != null && measured != null && result.conclusive()) {
                groups.computeIfAbsent(PastRun.group(result), group -> new ArrayList<>())
                        .add(new Peaks.Point(run.startedAt().toEpochMilli(), measured));
            }
        }
        return groups;
    }

    /** What the script draws. */
    public String data() {
        List<Trend> trends = new ArrayList<>();
        groups().forEach((name, measured) -> trends.add(new Trend(name, measured)));
        return ScriptJson.of(Map.of("groups", trends));
    }

    private record Trend(String name, List<Peaks.Point> measured) {}

    /**
     * A past run as the index knows it, of its {@code result.json} alone. A file that can't be read still has a row, which says so.
     *
     * @param folder name of its folder below that of the runs
     * @param href link to its page, or to its result where it has none
     * @param problem why there is no result; {@code null} if there is one
     * @param result {@code null} where it can't be read
     * @param startedAt when it started; where that is not known, when its result was written
     */
    public record PastRun(
            String folder,
            @Nullable String href,
            @Nullable String problem,
            @Nullable RunResult result,
            Instant startedAt) {

        private static PastRun read(Path reportDir, Path runFolder) {
            Path file = runFolder.resolve(RunResult.FILE_NAME);
            String name = reportDir.relativize(runFolder).toString();
            Path page = runFolder.resolve(Pages.FILE_NAME);
            String href = Links.relative(reportDir, Files.exists(page) ? page : file);
            try {
                RunResult result = RunResult.read(runFolder);
                return new PastRun(name, href, null, result, result.identity().startedAt());
            } catch (IOException e) {
                String problem = String.valueOf(e.getMessage()).replace(file.toString(), "its " + RunResult.FILE_NAME);
                return new PastRun(name, href, problem, null, written(file));
            }
        }

        /** The epoch where somebody has removed the file since it was found. */
        private static Instant written(Path file) {
            try {
                return Files.getLastModifiedTime(file).toInstant();
            } catch (IOException e) {
                return Instant.EPOCH;
            }
        }

        /** When it started, for a table. */
        public String started() {
            return startedAt.toString().replaceFirst("T", " ").replaceFirst("\\..*|Z$", "");
        }

        /** The verdict, one of its words; nothing where there is no result. */
        public String verdict() {
            return result == null ? Format.NOTHING : result.verdict().toString();
        }

        /** Runs of one group measure the same: their thresholds make a trend. */
        private static String group(RunResult result) {
            RunResult.ProfileLimits limits = result.conditions().profile();
            return result.identity().simulation() + ", " + limits.name() + ", "
                    + result.call().pattern() + ", "
                    + result.conditions().stack() + ", " + limits.ports()
                    + " ports, " + limits.timeWaitSeconds() + " s"
                    + VerdictWords.with(result.conditions().appliedRemedies());
        }
    }
}
