package io.ephemera.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ephemera.reports.UnfinishedRuns;
import io.ephemera.reports.folder.FinishedRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A whole run, from its start to whatever ends it, and what it leaves. All its processes are known by a variable of their environment,
 * also those whose parents are gone.
 */
final class Life implements AutoCloseable {

    enum Left {
        /** No plan had been written. */
        NOTHING,
        PARTIAL,
        COMPLETE
    }

    /**
     * How it is to end.
     *
     * @param ofChild whom the signal meets, if there is one: else the process that was started
     * @param planned whether the time counts from the plan, not from the start
     */
    record Death(String signal, boolean ofChild, boolean planned, double afterSeconds) {}

    /** When its plan was written, and when it ended, in seconds from its start. */
    record Span(double planSeconds, double endSeconds) {

        /** The same on a machine that has become quicker or slower. */
        Span endingAt(double seconds) {
            return new Span(planSeconds * seconds / endSeconds, seconds);
        }
    }

    private static final String MARK = "EPHEMERA_LIFE";

    /** A run that was told to end writes its result; a busy machine takes its time. */
    private static final double LONGEST_END_SECONDS = 300;

    private static final double LONGEST_LIFE_SECONDS = 600;
    /** Gatling's Maven plugin makes a jar of the class path, and deletes it unless Maven is killed. */
    private static final String BOOTER = "gatlingbooter";

    private static final int MOST_DEEP = 5;
    private static final int ENTRY_BYTES = 1 + Long.BYTES;
    private static final Set<String> FILES = Set.of(
            "recording.jsonl",
            "result.json",
            "index.html",
            "junit.xml",
            "summary.md",
            "timeseries.csv",
            "matrix.json",
            "migration.txt",
            "ledger.bin",
            "received.bin",
            "in-doubt.csv");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Victim victim;
    private final Path folder;
    private final Path runs;
    private final Path temporary;
    private final @Nullable Path resumed;
    private final Process process;
    private final long begunNanos = System.nanoTime();
    private final Set<Long> pids = new TreeSet<>();
    private @Nullable Double endSeconds;

    private Life(Victim victim, Path folder, @Nullable Path resumed, Process process) {
        this.victim = victim;
        this.folder = folder;
        this.runs = folder.resolve("runs");
        this.temporary = folder.resolve("temporary");
        this.resumed = resumed;
        this.process = process;
    }

    static Life begin(Victim victim, Path folder, @Nullable Path resumed) throws IOException {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(victim.command(folder, folder.resolve("runs"), resumed));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Files.createDirectory(folder.resolve("work")).toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().put(MARK, folder.toString());
        builder.environment().put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -Djava.io.tmpdir=" + temporary);
        return new Life(victim, folder, resumed, builder.start());
    }

    /**
     * Waits for its end.
     *
     * @throws IOException if that does not come
     */
    Span endsByItself() throws IOException, InterruptedException {
        awaitPlan();
        double planSeconds = seconds();
        if (!process.waitFor((long) LONGEST_LIFE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("it does not end:\n" + output());
        }
        return new Span(planSeconds, seconds());
    }

    private void awaitPlan() throws IOException, InterruptedException {
        while (process.isAlive() && files("recording.jsonl").isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /**
     * Ends it at its instant, or lets it end before.
     *
     * @return whom the signal met
     */
    String endsBy(Death death) throws IOException, InterruptedException {
        if (death.planned) {
            awaitPlan();
        }
        double elapsed = death.planned ? 0 : seconds();
        long millis = Math.max(0, (long) ((death.afterSeconds - elapsed) * 1e3));
        boolean over = process.waitFor(millis, TimeUnit.MILLISECONDS);
        endSeconds = over ? seconds() : null;
        Set<Long> before = marked();
        pids.addAll(before);
        List<Long> children =
                before.stream().filter(pid -> pid != process.pid()).toList();
        boolean child = death.ofChild && !children.isEmpty();
        long met = child ? children.get(children.size() - 1) : process.pid();
        if (!over) {
            // It may have ended since it was looked for.
            new ProcessBuilder("kill", "-" + death.signal, Long.toString(met))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
        return child ? "child" : "parent";
    }

    /** When it ended before its instant came, in seconds from its start; {@code null} if it did not. */
    @Nullable
    Double endSeconds() {
        return endSeconds;
    }

    private double seconds() {
        return (System.nanoTime() - begunNanos) / 1e9;
    }

    String output() throws IOException {
        return Files.readString(folder.resolve("output"), StandardCharsets.ISO_8859_1);
    }

    /** What is wrong with what is left, when all its processes are gone. */
    Left inspect(List<String> faults) throws IOException, InterruptedException {
        awaitGone(faults);
        for (long pid : pids) {
            for (Path left : List.of(Path.of("/tmp/.java_pid" + pid), folder.resolve("work/.attach_pid" + pid))) {
                if (Files.exists(left)) {
                    faults.add(left + " is left");
                }
            }
            // Where Maven starts its JVM.
            try (Stream<Path> project =
                    Files.find(Path.of(".."), 2, (file, its) -> file.endsWith(".attach_pid" + pid))) {
                project.forEach(file -> faults.add(file + " is left in the project"));
            }
        }
        names(temporary).stream()
                .filter(name -> !name.startsWith(BOOTER))
                .forEach(name -> faults.add("among the temporary files is left: " + name));
        names(folder.resolve("work")).forEach(name -> faults.add("where it was started is left: " + name));
        Left left = Left.NOTHING;
        // As the next run does.
        if (Files.isDirectory(runs)) {
            FinishedRun.allKilled(runs);
            for (Path recording : files("recording.jsonl")) {
                left = result(recording, left, faults);
            }
            if (victim == Victim.MATRIX && left != Left.NOTHING && !isWholeMatrix(faults)) {
                left = Left.PARTIAL;
            }
            for (Path file : files("")) {
                if (!FILES.contains(file.getFileName().toString())) {
                    faults.add("beside its files is left: " + runs.relativize(file));
                }
            }
        }
        Path migration = migration();
        if (migration != null) {
            closes(migration, faults);
        }
        String said = output();
        if (said.contains("\tat ") || said.contains("hs_err")) {
            faults.add("a stack trace:\n" + said);
        }
        return left;
    }

    private void awaitGone(List<String> faults) throws IOException, InterruptedException {
        double deadline = seconds() + LONGEST_END_SECONDS;
        Set<Long> living = marked();
        // One that is being ended has no environment any more, and is there until its threads have ended.
        while ((!living.isEmpty() || pids.stream().anyMatch(UnfinishedRuns::isRunning)) && seconds() < deadline) {
            pids.addAll(living);
            TimeUnit.MILLISECONDS.sleep(50);
            living = marked();
        }
        for (long pid : living) {
            faults.add("process " + pid + " does not end: " + command(pid));
        }
        killAll();
    }

    private static Left result(Path recording, Left before, List<String> faults) throws IOException {
        String written = Files.readString(recording);
        Path result = recording.resolveSibling("result.json");
        if (!written.contains("\n")) {
            if (Files.exists(result)) {
                faults.add(result + " without a plan");
            }
            return before;
        }
        if (!Files.exists(result)) {
            faults.add("no result of " + recording);
            return before;
        }
        JsonNode json = JSON.readTree(result.toFile());
        boolean partial = json.path("partial").asBoolean();
        if (partial && !json.path("verdict").asText().equals("inconclusive")) {
            faults.add("a verdict of a partial run: " + json);
        }
        if (json.path("calls").path("otherFailures").asLong() > 0
                && !json.path("verdict").asText().equals("inconclusive")) {
            faults.add("failures that nobody made: " + json);
        }
        if (!Files.exists(recording.resolveSibling("index.html"))) {
            faults.add("no page of " + recording);
        }
        return partial || before == Left.PARTIAL ? Left.PARTIAL : Left.COMPLETE;
    }

    /** Whether all rows have ended; the table is to have those that have, but for one whose end it was killed at. */
    private boolean isWholeMatrix(List<String> faults) throws IOException {
        int ended = 0;
        for (Path result : files("result.json")) {
            ended += JSON.readTree(result.toFile()).path("partial").asBoolean() ? 0 : 1;
        }
        List<Path> tables = files("matrix.json");
        JsonNode table = tables.isEmpty()
                ? JSON.createObjectNode()
                : JSON.readTree(tables.get(0).toFile());
        int rows = table.path("rows").size();
        if (rows != ended && rows != ended - 1) {
            faults.add("matrix.json has " + rows + " rows of " + ended + " that have ended");
        }
        boolean whole = rows > 0 && rows == table.path("plannedRows").asInt();
        if (!whole && rows > 0 && !table.path("partial").asBoolean()) {
            faults.add("a part of a matrix says that it is whole: " + table);
        }
        return whole;
    }

    /** The folder of the migration that it began or went on with. */
    @Nullable
    Path migration() throws IOException {
        Path begun = resumed;
        for (Path ledger : files("ledger.bin")) {
            begun = ledger.getParent();
        }
        return begun;
    }

    /** Of each call: answered ≤ received ≤ answered + in doubt. */
    private static void closes(Path migration, List<String> faults) throws IOException {
        Map<Long, long[]> calls = new HashMap<>();
        for (String name : List.of("ledger.bin", "received.bin")) {
            Path file = migration.resolve(name);
            ByteBuffer entries = ByteBuffer.wrap(Files.exists(file) ? Files.readAllBytes(file) : new byte[0]);
            while (entries.remaining() >= ENTRY_BYTES) {
                int kind = "SONR".indexOf(entries.get());
                calls.computeIfAbsent(entries.getLong(), call -> new long[4])[kind]++;
            }
        }
        calls.forEach((call, counts) -> {
            long inDoubt = counts[0] - counts[1] - counts[2];
            if (counts[3] < counts[1] || counts[3] > counts[1] + inDoubt) {
                faults.add(String.format(
                        Locale.ROOT,
                        "call %d was answered %d times, is in doubt %d times and was received %d times",
                        call,
                        counts[1],
                        inDoubt,
                        counts[3]));
            }
        });
    }

    private List<Path> files(String name) throws IOException {
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        // What is written and renamed meanwhile is not there when it is looked at.
        try (Stream<Path> files = Files.find(runs, MOST_DEEP, (file, attributes) -> attributes.isRegularFile())) {
            return files.filter(file -> name.isEmpty() || file.endsWith(name))
                    // What all runs have in common.
                    .filter(file -> !runs.equals(file.getParent()))
                    .toList();
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** The pids of all its processes, in the order of their numbers. */
    private Set<Long> marked() throws IOException {
        Set<Long> marked = new TreeSet<>();
        String mark = MARK + "=" + folder;
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes
                    .filter(path -> path.getFileName().toString().matches("\\d+"))
                    .forEach(path -> {
                        try {
                            String environment = Files.readString(path.resolve("environ"), StandardCharsets.ISO_8859_1);
                            if (List.of(environment.split("\0", -1)).contains(mark)) {
                                marked.add(Long.parseLong(path.getFileName().toString()));
                            }
                        } catch (IOException e) {
                            // It has ended, or is somebody else's.
                        }
                    });
        }
        return marked;
    }

    private static String command(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException e) {
            return "gone";
        }
    }

    private void killAll() throws IOException {
        for (long pid : marked()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Override
    public void close() throws IOException {
        killAll();
    }
}
