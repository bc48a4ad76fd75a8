package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs without a result: they go on, or were killed. */
public final class UnfinishedRuns {

    // A run's folder lies in the report folder, or one deeper in that of a matrix; the file is one more.
    private static final int DEPTH = 3;
    // The start of a process is known to a second or so: Linux counts it from a boot time in whole seconds.
    private static final Duration SAME_START = Duration.ofSeconds(10);

    /** As {@link WholeFile} calls it until it is whole, by the process that writes it. */
    private static final Pattern HALF_WRITTEN = Pattern.compile(".+\\.(?:json|xml|html|md|csv)\\.(\\d{1,10})\\.tmp");

    private UnfinishedRuns() {}

    /**
     * All runs that have a recording; their processes may be gone or not.
     *
     * @param reportDir the folder of the runs' folders; it need not exist
     * @return their folders, sorted
     * @throws IOException if the folder can't be read
     */
    public static List<Path> recorded(Path reportDir) throws IOException {
        return withFile(reportDir, Recording.FILE_NAME);
    }

    /** All runs whose folder has a file of this name, like {@link #recorded}. */
    public static List<Path> withFile(Path reportDir, String name) throws IOException {
        if (!Files.isDirectory(reportDir)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(reportDir, DEPTH)) {
            return files.filter(file -> file.endsWith(name))
                    .map(file -> reportDir.relativize(file).getParent())
                    .filter(folder -> folder != null)
                    .map(reportDir::resolve)
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Deletes what processes that are gone had begun to write and not finished: it is in no file of a run. */
    public static void deleteHalfWritten(Path reportDir) throws IOException {
        if (!Files.isDirectory(reportDir)) {
            return;
        }
        try (Stream<Path> files = Files.walk(reportDir, DEPTH)) {
            for (Path file : files.toList()) {
                Matcher name = HALF_WRITTEN.matcher(file.getFileName().toString());
                if (name.matches() && !isRunning(Long.parseLong(name.group(1)))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Whether there is such a process, be it one that is just being ended, and it is no zombie. */
    public static boolean isRunning(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent() && !isZombie(pid);
    }

    /** Whether the process that records the run is still there. */
    public static boolean isAlive(RunPlan plan) {
        return ProcessHandle.of(plan.identity().pid())
                .filter(process -> isRunning(process.pid()))
                .map(process -> process.info()
                        .startInstant()
                        .map(start -> isSameStart(start, plan.identity().startedAt()))
                        .orElse(true))
                .orElse(false);
    }

    // It has ended; but whoever started it has not asked how, as the first process of a container often does not.
    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.startsWith(" Z ", stat.lastIndexOf(')') + 1);
        } catch (IOException e) {
            return false;
        }
    }

    // A pid is given out again, in a container even at once: the same pid with another start is another process.
    private static boolean isSameStart(Instant processStart, Instant startedAt) {
        return Duration.between(processStart, startedAt).abs().compareTo(SAME_START) <= 0;
    }
}
