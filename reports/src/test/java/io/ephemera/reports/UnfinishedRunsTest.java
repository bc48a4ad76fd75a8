package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.reports.folder.FinishedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A run that was killed")
class UnfinishedRunsTest {

    private static final ProcessHandle SELF = ProcessHandle.current();
    private static final Instant SELF_START = SELF.info().startInstant().orElseThrow();

    @TempDir
    Path reports;

    @Test
    @DisplayName(
            "in mid-write leaves a recording that the next run makes a partial result of, also where nobody asks how it ended")
    void killed() throws Exception {
        Path folder = reports.resolve("killed");
        Process parent = new ProcessBuilder(
                        "sh",
                        "-c",
                        "\"$@\" & exec sleep 600",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        UnfinishedRunsTest.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var stdout = parent.inputReader()) {
            assertEquals("written", stdout.readLine());
            assertEquals(List.of(), finished(reports), "while the process lives");
            parent.children().forEach(ProcessHandle::destroyForcibly);
            assertEquals(List.of(folder), assertTimeoutPreemptively(Duration.ofMinutes(1), () -> {
                List<Path> found = finished(reports);
                while (found.isEmpty()) {
                    found = finished(reports);
                }
                return found;
            }));
        } finally {
            parent.children().forEach(ProcessHandle::destroyForcibly);
            parent.destroyForcibly().waitFor();
        }
        JsonNode result = result(folder);
        assertTrue(result.at("/partial").asBoolean());
        assertTrue(result.at("/recordedSeconds").asDouble() >= 100);
        assertEquals(List.of(), ResultSchema.errors(result.toString()));
        assertEquals(List.of(), finished(reports), "once it has a result");
        Files.delete(folder.resolve("index.html"));
        assertEquals(List.of(folder), finished(reports), "killed between its result and its page");
        assertTrue(Files.exists(folder.resolve("index.html")));
    }

    /** What the process does that is killed. */
    public static void main(String[] args) throws Exception {
        SyntheticRun run = SyntheticRun.asPredicted();
        ProcessHandle self = ProcessHandle.current();
        run.pid = self.pid();
        run.startedAt = self.info().startInstant().orElseThrow();
        // Nobody reads on: the killed process must not leave a file that grows for ever if the test dies first.
        long most = 1_000_000;
        try (RecordingWriter writer = RecordingWriter.create(Path.of(args[0]), run.plan())) {
            for (long index = 0; index < most; index++) {
                writer.slice(new Slice(
                        index,
                        List.of(new Slice.StepCalls(0, 1, 0, Map.of(), 1, 0, new Slice.Responses(Map.of(), Map.of()))),
                        null));
                if (index == 10) {
                    System.out.println("written");
                }
            }
        }
    }

    @ParameterizedTest(name = "is told from a living one whose process started {0} s from it: unfinished {1}")
    @CsvSource({"0, false", "9, false", "-9, false", "11, true", "-11, true", "-86400, true"})
    void reusedPid(long seconds, boolean unfinished) throws Exception {
        Path folder = record("run", SELF.pid(), SELF_START.plusSeconds(seconds));

        assertEquals(unfinished ? List.of(folder) : List.of(), finished(reports));
    }

    @Test
    @DisplayName("is found in the folder of a matrix too, and those that can't be read are left alone")
    void found() throws Exception {
        Path row = record("matrix/row-1", gonePid(), SELF_START);
        Path run = record("run", gonePid(), SELF_START);
        Files.createDirectories(reports.resolve("empty"));
        Files.createFile(reports.resolve("empty/recording.jsonl"));
        Files.createDirectories(reports.resolve("damaged"));
        Files.writeString(reports.resolve("damaged/recording.jsonl"), "{}\n");
        Files.writeString(reports.resolve("a-file"), "");
        Files.createDirectories(
                record("unwritable", gonePid(), SELF_START).resolve("result.json." + SELF.pid() + ".tmp/in-the-way"));

        assertEquals(List.of(row, run), finished(reports));
        assertEquals(List.of(), finished(reports.resolve("nowhere")));
        assertFalse(Files.exists(reports.resolve("damaged/result.json")));
    }

    @Test
    @DisplayName("after its end, before its verdict, has a whole result")
    void endedWithoutVerdict() throws Exception {
        SyntheticRun run = SyntheticRun.asPredicted();
        run.pid = gonePid();
        RecordingTest.write(run.recording(), reports.resolve("run"));

        assertEquals(List.of(reports.resolve("run")), finished(reports));
        assertFalse(result(reports.resolve("run")).at("/partial").asBoolean());
        assertEquals("exhausted", result(reports.resolve("run")).at("/verdict").asText());
    }

    @Test
    @DisplayName("keeps the result that it has, when its page is made once more")
    void keepsItsResult() throws Exception {
        Path folder = record("run", gonePid(), SELF_START);
        Files.writeString(folder.resolve("result.json"), "{}");

        FinishedRun run = FinishedRun.of(folder);

        assertTrue(run.result().identity().partial());
        assertFalse(run.wasKilled());
        assertEquals("{}", Files.readString(folder.resolve("result.json")));
    }

    @Test
    @DisplayName("is not finished while its process lives, nor found in a folder without a recording: one line")
    void notFinished() throws Exception {
        Path living = record("run", SELF.pid(), SELF_START);

        Exception failure = assertThrows(IOException.class, () -> FinishedRun.of(living));

        assertEquals(living + ": this run is still going, as process " + SELF.pid(), failure.getMessage());
        assertFalse(Files.exists(living.resolve("result.json")));
        failure = assertThrows(RecordingException.class, () -> FinishedRun.of(Path.of("no\nfolder")));
        assertEquals(1, String.valueOf(failure.getMessage()).lines().count());
    }

    @Test
    @DisplayName(
            "leave nothing half-written once the next run has looked: but for what is still being written, or is nobody's")
    void halfWritten() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Path folder = Files.createDirectories(reports.resolve("matrix").resolve("row"));
        List<Path> left = List.of(
                folder.resolve("junit.xml." + gone.pid() + ".tmp"),
                reports.resolve("index.html." + gone.pid() + ".tmp"));
        List<Path> kept = List.of(
                folder.resolve("result.json." + SELF.pid() + ".tmp"), folder.resolve("notes." + gone.pid() + ".tmp"));
        for (List<Path> files : List.of(left, kept)) {
            for (Path file : files) {
                Files.createFile(file);
            }
        }
        finished(reports);
        assertEquals(List.of(), left.stream().filter(Files::exists).toList());
        assertEquals(kept, kept.stream().filter(Files::exists).toList());
    }

    private static List<Path> finished(Path reportDir) throws IOException {
        return FinishedRun.allKilled(reportDir).stream()
                .map(FinishedRun::folder)
                .toList();
    }

    private Path record(String name, long pid, Instant startedAt) throws IOException {
        SyntheticRun run = SyntheticRun.asPredicted();
        run.pid = pid;
        run.startedAt = startedAt;
        Path folder = reports.resolve(name);
        RecordingTest.write(run.killedAfter(17), folder);
        return folder;
    }

    // Above the highest pid that Linux, Windows and macOS give out.
    private static long gonePid() {
        return Integer.MAX_VALUE;
    }

    private static JsonNode result(Path folder) throws IOException {
        return Json.RESULT.readTree(folder.resolve("result.json").toFile());
    }
}
