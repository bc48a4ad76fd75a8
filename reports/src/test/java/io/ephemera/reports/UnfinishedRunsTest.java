package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
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

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    @DisplayName("in mid-write leaves a recording that the next run makes a partial result of")
    void killed() throws Exception {
        Path folder = reports.resolve("killed");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessRecorder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var stdout = process.inputReader()) {
            assertEquals("written", stdout.readLine());
            assertEquals(List.of(), UnfinishedRuns.finish(reports), "while the process lives");
        } finally {
            process.destroyForcibly().waitFor();
        }

        assertEquals(List.of(folder), UnfinishedRuns.finish(reports));
        JsonNode result = result(folder);
        assertTrue(result.at("/partial").asBoolean());
        assertTrue(result.at("/recordedSeconds").asDouble() >= 100);
        assertEquals(List.of(), ResultSchema.errors(result.toString()));
        assertEquals(List.of(), UnfinishedRuns.finish(reports), "once it has a result");
    }

    @ParameterizedTest(name = "is told from a living one whose process started {0} s from it: unfinished {1}")
    @CsvSource({"0, false", "9, false", "-9, false", "11, true", "-11, true", "-86400, true"})
    void reusedPid(long seconds, boolean unfinished) throws Exception {
        Path folder = record("run", SELF.pid(), SELF_START.plusSeconds(seconds));

        assertEquals(unfinished ? List.of(folder) : List.of(), UnfinishedRuns.finish(reports));
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

        assertEquals(List.of(row, run), UnfinishedRuns.finish(reports));
        assertEquals(List.of(), UnfinishedRuns.finish(reports.resolve("nowhere")));
        assertFalse(Files.exists(reports.resolve("damaged/result.json")));
    }

    @Test
    @DisplayName("after its end, before its verdict, has a whole result")
    void endedWithoutVerdict() throws Exception {
        SyntheticRun run = SyntheticRun.asPredicted();
        run.pid = gonePid();
        RecordingTest.write(run.recording(), reports.resolve("run"));

        UnfinishedRuns.finish(reports);

        assertFalse(result(reports.resolve("run")).at("/partial").asBoolean());
        assertEquals("exhausted", result(reports.resolve("run")).at("/verdict").asText());
    }

    @Test
    @DisplayName("can be finished by name, which prints its verdict")
    void finishRun() throws Exception {
        Path folder = record("run", gonePid(), SELF_START);

        assertEquals(3, finish(folder.toString()));
        assertTrue(text(out).startsWith("INCONCLUSIVE (exit 3): partial run"), text(out));
        assertTrue(result(folder).at("/partial").asBoolean());
        assertEquals("", text(err));
    }

    @Test
    @DisplayName("keeps the result that it has")
    void keepsItsResult() throws Exception {
        Path folder = record("run", gonePid(), SELF_START);
        Files.writeString(folder.resolve("result.json"), "{}");

        assertEquals(3, finish(folder.toString()));
        assertEquals("{}", Files.readString(folder.resolve("result.json")));
    }

    @Test
    @DisplayName("is not finished while its process lives")
    void stillGoing() throws Exception {
        Path folder = record("run", SELF.pid(), SELF_START);

        assertEquals(2, finish(folder.toString()));
        assertEquals(
                folder + ": this run is still going, as process " + SELF.pid(),
                text(err).strip());
        assertFalse(Files.exists(folder.resolve("result.json")));
    }

    @Test
    @DisplayName("is not found in a folder without a recording: one line, exit code 2")
    void badInput() throws Exception {
        for (String[] args :
                new String[][] {{}, {""}, {"a", "b"}, {"no\0path"}, {"no\nfolder"}, {reports.toString()}}) {
            err.reset();
            assertEquals(2, finish(args));
            assertEquals(1, text(err).lines().count(), text(err));
        }
        assertEquals("", text(out));
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

    private int finish(String... args) {
        return FinishRun.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static JsonNode result(Path folder) throws IOException {
        return Json.RESULT.readTree(folder.resolve("result.json").toFile());
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
