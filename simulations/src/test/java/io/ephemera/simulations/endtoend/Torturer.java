package io.ephemera.simulations.endtoend;

import io.ephemera.simulations.endtoend.ScriptedTarget.Served;
import io.ephemera.simulations.endtoend.TortureCase.Disturbance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes tortured runs, one after the other, as far as can be in one JVM, and what happens beside them in this one. */
final class Torturer implements AutoCloseable {

    /** Without a line for so long, a run hangs: longer than it waits itself for what never comes. */
    private static final long HANGS_SECONDS = 600;

    /** A JVM for so many runs: Gatling was not built for more than one. */
    private static final int RUNS_PER_JVM = 250;

    private static final int FEW_FILES = 200;
    private static final int LARGEST_DISK_KB = 44;
    private static final long QUIET_MILLIS = 10_000;
    private static final int MOST_SHRINKS = 40;

    private final Path folder;
    private @Nullable OneJvm jvm;
    private @Nullable OneJvm fewFiles;
    private int runs;

    /** @param folder for all that the runs write */
    Torturer(Path folder) {
        this.folder = folder;
    }

    /** Makes the run; what is wrong with it, empty if nothing is. What it has written is gone then. */
    List<String> complaints(TortureCase tortured) throws IOException, InterruptedException {
        Path its = Files.createTempDirectory(folder, "run-" + tortured.seed() + "-");
        List<String> complaints = new ArrayList<>();
        try (ScriptedTarget target =
                tortured.target() == null ? null : new ScriptedTarget(tortured.target(), tortured.logsIn())) {
            WholeRun run = run(tortured, its, tortured.settings(target == null ? null : target.url()));
            boolean quiet = target == null || target.awaitQuiet(QUIET_MILLIS);
            List<Served> served = target == null ? List.of() : target.served();
            complaints.addAll(TortureOracle.complaints(tortured, run, served));
            if (!quiet) {
                complaints.add("connections are left open");
            }
            if (!complaints.isEmpty()) {
                complaints.add(run.output());
            }
        } catch (AssertionError e) {
            complaints.add("hangs: " + e.getMessage());
            close();
        }
        if (complaints.isEmpty()) {
            delete(its);
        }
        return complaints;
    }

    /** The smallest case that is wrong as well, as far as leaving out one thing after the other leads to it. */
    TortureCase shrunk(TortureCase failed) throws IOException, InterruptedException {
        TortureCase smallest = failed;
        int tries = 0;
        boolean smaller = true;
        while (smaller && tries < MOST_SHRINKS) {
            smaller = false;
            for (TortureCase candidate : smallest.smaller().toList()) {
                tries++;
                if (!complaints(candidate).isEmpty()) {
                    smallest = candidate;
                    smaller = true;
                    break;
                }
            }
        }
        return smallest;
    }

    private WholeRun run(TortureCase tortured, Path its, String settings) throws IOException, InterruptedException {
        if (tortured.has(Disturbance.FULL_DISK)) {
            return overFullDisk(tortured, its, settings);
        }
        OneJvm running = jvm(tortured);
        try (Beside beside = Beside.begin(tortured, running.process())) {
            running.begin(its, tortured.simulation(), settings);
            beside.disturb();
            return running.ended(its, HANGS_SECONDS);
        }
    }

    private static WholeRun overFullDisk(TortureCase tortured, Path its, String settings)
            throws IOException, InterruptedException {
        Path disk = Files.createDirectory(its.resolve("runs"));
        long kilobytes = 4 + tortured.seed() % LARGEST_DISK_KB;
        String script = "mount -t tmpfs -o size=" + kilobytes + "k none \"$0\" && exec \"$@\"";
        try (GatlingProcess process = GatlingProcess.start(
                its, tortured.simulation(), settings, "unshare", "--mount", "sh", "-c", script, disk.toString())) {
            WholeRun run = process.ended();
            if (!process.temporaryFiles().isEmpty()) {
                throw new AssertionError("temporary files are left: " + process.temporaryFiles());
            }
            return run;
        }
    }

    private OneJvm jvm(TortureCase tortured) throws IOException {
        if (tortured.has(Disturbance.FEW_FILES)) {
            OneJvm running = fewFiles;
            if (running == null || !running.process().isAlive()) {
                running =
                        OneJvm.start(false, List.of("bash", "-c", "ulimit -n " + FEW_FILES + "; exec \"$@\"", "bash"));
                fewFiles = running;
            }
            return running;
        }
        OneJvm running = jvm;
        if (running != null && ++runs % RUNS_PER_JVM == 0) {
            running.close();
            running = null;
        }
        if (running == null || !running.process().isAlive()) {
            running = OneJvm.start(false, List.of());
            jvm = running;
        }
        return running;
    }

    /** What the process of the runs has open, in words; only Linux tells. */
    String open() throws IOException {
        OneJvm running = jvm;
        Path process = Path.of(
                "/proc",
                running == null ? "self" : Long.toString(running.process().pid()));
        if (!Files.isDirectory(process)) {
            return "";
        }
        try (Stream<Path> files = Files.list(process.resolve("fd"));
                Stream<Path> threads = Files.list(process.resolve("task"))) {
            return ", " + files.count() + " files and " + threads.count() + " threads";
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() {
        for (OneJvm each : new OneJvm[] {jvm, fewFiles}) {
            if (each != null) {
                each.close();
            }
        }
        jvm = null;
        fewFiles = null;
    }
}
