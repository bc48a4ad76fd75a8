package io.ephemera.reports.page;

import io.ephemera.reports.RunResult;
import io.ephemera.reports.RunResult.Verdict;
import io.ephemera.reports.UnfinishedRuns;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
            if (result != null && measured != null && result.judgement().verdict() != Verdict.INCONCLUSIVE) {
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
}
