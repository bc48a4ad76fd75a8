package io.ephemera.reports.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ephemera.reports.RecordingTest;
import io.ephemera.reports.SyntheticRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A run that was killed")
class FinishRunTest {

    private static final ProcessHandle SELF = ProcessHandle.current();
    private static final Instant SELF_START = SELF.info().startInstant().orElseThrow();

    @TempDir
    Path reports;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

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
        return new JsonMapper().readTree(folder.resolve("result.json").toFile());
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
