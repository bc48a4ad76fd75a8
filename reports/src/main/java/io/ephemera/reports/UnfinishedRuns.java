package io.ephemera.reports;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs that were killed: their recordings become partial results. */
public final class UnfinishedRuns {

    // A run's folder lies in the report folder, or one deeper in that of a matrix; the file is one more.
    private static final int DEPTH = 3;
    // The start of a process is known to a second or so: Linux counts it from a boot time in whole seconds.
    private static final Duration SAME_START = Duration.ofSeconds(10);

    private UnfinishedRuns() {}

    /**
     * Judges every run that has a recording, but no result, and whose process is gone, and writes its {@code result.json}.
     * What can't be read or written is left alone: an old run must not stop a new one.
     *
     * @param reportDir the folder of the runs' folders; it need not exist
     * @return the folders of the runs that now have a result, sorted
     * @throws IOException if the folder can't be read
     */
    public static List<Path> finish(Path reportDir) throws IOException {
        List<Path> finished = new ArrayList<>();
        if (!Files.isDirectory(reportDir)) {
            return finished;
        }
        for (Path folder : unfinished(reportDir)) {
            if (finishOne(folder)) {
                finished.add(folder);
            }
        }
        return finished;
    }

    private static boolean finishOne(Path folder) {
        try {
            Recording recording = Recording.read(folder);
            if (isAlive(recording.plan())) {
                return false;
            }
            Judge.judge(recording).write(folder);
            return true;
        } catch (RecordingException | IOException e) {
            return false;
        }
    }

    private static List<Path> unfinished(Path reportDir) throws IOException {
        try (Stream<Path> files = Files.walk(reportDir, DEPTH)) {
            return files.filter(file -> file.endsWith(Recording.FILE_NAME))
                    .map(file -> file.resolveSibling(RunResult.FILE_NAME))
                    .filter(Files::notExists)
                    .map(file -> reportDir.relativize(file).getParent())
                    .filter(folder -> folder != null)
                    .map(reportDir::resolve)
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Whether the process that records the run is still there. */
    public static boolean isAlive(RunPlan plan) {
        return ProcessHandle.of(plan.pid())
                .filter(ProcessHandle::isAlive)
                .map(process -> process.info()
                        .startInstant()
                        .map(start -> isSameStart(start, plan.startedAt()))
                        .orElse(true))
                .orElse(false);
    }

    // A pid is given out again, in a container even at once: the same pid with another start is another process.
    private static boolean isSameStart(Instant processStart, Instant startedAt) {
        return Duration.between(processStart, startedAt).abs().compareTo(SAME_START) <= 0;
    }
}
