package io.ephemera.reports.page;

import io.ephemera.reports.Recording;
import io.ephemera.reports.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The past runs of a report folder, newest first. */
public final class RunIndex {

    // A run's folder lies in the report folder, or one deeper in that of a matrix; the file is one more.
    private static final int DEPTH = 3;
    /** More than these, the newest, are not listed: a page must stay one to read. */
    private static final int MOST = 1_000;

    private final List<PastRun> runs;
    private final int left;

    private RunIndex(List<PastRun> runs) {
        this.runs = runs.stream().limit(MOST).toList();
        this.left = runs.size() - this.runs.size();
    }

    /** @throws IOException if the folder can't be read */
    static RunIndex of(Path reportDir) throws IOException {
        List<PastRun> runs = new ArrayList<>();
        try (Stream<Path> files = Files.walk(reportDir, DEPTH)) {
            files.filter(file -> file.endsWith(RunResult.FILE_NAME))
                    .map(Path::getParent)
                    .filter(Objects::nonNull)
                    .filter(folder -> !folder.equals(reportDir))
                    .forEach(folder -> runs.add(PastRun.read(reportDir, folder)));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        runs.sort(Comparator.comparing(PastRun::startedAt).reversed().thenComparing(PastRun::folder));
        return new RunIndex(runs);
    }

    /** The runs. */
    public List<PastRun> runs() {
        return runs;
    }

    /** How many older ones are not listed. */
    public int left() {
        return left;
    }

    /** Name of the recording, for those who look for more. */
    public String recording() {
        return Recording.FILE_NAME;
    }

    /** Whether there is a threshold to draw. */
    public boolean hasTrend() {
        return !groups().isEmpty();
    }

    private Map<String, List<Peaks.Point>> groups() {
        Map<String, List<Peaks.Point>> groups = new LinkedHashMap<>();
        for (int i = runs.size() - 1; i >= 0; i--) {
            PastRun run = runs.get(i);
            Double measured = run.number("/measured/thresholdCallsPerSecond");
            // An inconclusive run has proved nothing.
            if (measured != null && !run.verdict().equals("inconclusive")) {
                groups.computeIfAbsent(run.group(), group -> new ArrayList<>())
                        .add(new Peaks.Point(run.startedAt().toEpochMilli(), measured));
            }
        }
        return groups;
    }

    /** What the script draws. */
    public String data() {
        return ScriptJson.object(
                json -> json.list("groups", new ArrayList<>(groups().entrySet()), RunIndex::writeGroup));
    }

    private static void writeGroup(ScriptJson json, Map.Entry<String, List<Peaks.Point>> group) throws IOException {
        json.text("name", group.getKey()).points("measured", group.getValue());
    }
}
