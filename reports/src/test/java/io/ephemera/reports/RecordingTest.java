package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A recording")
public class RecordingTest {

    public static final List<String> HOSTILE = List.of(
            "<script>alert(1)</script>",
            "quote \" and \\ backslash",
            "two\nlines\r\nand\ttabs",
            "\u001b[2J\u001b[31mred",
            "\u202Edesrever",
            "\u2028separators\u2029",
            "{\"type\":\"end\"}",
            "\ud83d\ude80 beyond the first plane",
            "\u0000");

    @TempDir
    Path folder;

    @Test
    @DisplayName("is read back as it was written")
    void roundTrip() throws Exception {
        Recording recording = SyntheticRun.windows2003().play().recording();

        write(recording, folder);

        assertSame(recording, Recording.read(folder));
    }

    @Test
    @DisplayName("tells where it was made, of a run that was cut off all but the load at its end")
    void machine() throws Exception {
        write(SyntheticRun.asPredicted().recording(), folder);
        RunMachine whole = Objects.requireNonNull(Recording.read(folder).machine());
        List<String> lines = lines();
        put(String.join("\n", lines.subList(0, lines.size() - 1)) + "\n");
        RunMachine partial = Objects.requireNonNull(Recording.read(folder).machine());

        assertEquals(Runtime.getRuntime().availableProcessors(), whole.cores());
        assertTrue(whole.jdk().startsWith(System.getProperty("java.version")), whole.jdk());
        assertTrue(whole.ephemera().matches("\\d.*"), whole.ephemera());
        assertEquals(whole.loadAverageAtStart() == null, whole.loadAverageAtEnd() == null);
        assertNull(partial.loadAverageAtEnd());
        assertEquals(whole.os(), partial.os());
    }

    @Test
    @DisplayName("that was cut off at any byte is read up to the last whole line, or says that there is nothing in it")
    void truncated() throws Exception {
        SyntheticRun run = new SyntheticRun().load(null, 12.0);
        run.profile = run.profile.withRange(new PortRange(20_000, 20_099));
        run.stairSlices = 3;
        Recording recording = run.play().recording();
        write(recording, folder);
        byte[] whole = Files.readAllBytes(folder.resolve(Recording.FILE_NAME));
        int firstLine = indexOfNewline(whole);
        int lines = 0;

        for (int length = 0; length <= whole.length; length++) {
            Files.write(folder.resolve(Recording.FILE_NAME), Arrays.copyOf(whole, length));
            lines += length > 0 && whole[length - 1] == '\n' ? 1 : 0;
            if (length < firstLine) {
                String message = failure();
                assertTrue(
                        message.endsWith(
                                length == 0
                                        ? "is empty: the run ended before it began"
                                        : "ends within its first line: the run ended before it began"),
                        message);
            } else {
                Recording read = Recording.read(folder);
                List<Slice> slices = SyntheticRun.slicesOf(read);
                int records = slices.size() + read.firstExhaustions().size() + (read.end() == null ? 0 : 1);
                // A line that lacks only its line end is whole.
                boolean onlyLineEndMissing = length < whole.length && whole[length] == '\n';
                assertEquals(onlyLineEndMissing ? lines : lines - 1, records);
                assertEquals(SyntheticRun.slicesOf(recording).subList(0, slices.size()), slices);
                boolean atLineEnd = length > 0 && whole[length - 1] == '\n';
                RunResult result = atLineEnd ? ResultSchema.judge(read) : Judge.judge(read);
                assertEquals(read.end() == null, result.identity().partial());
            }
        }
    }

    @ParameterizedTest(name = "of schema {0} is told to come from a newer Ephemera")
    @ValueSource(strings = {"2", "99", "123456789012345678901234567890"})
    void newerSchema(String schema) throws Exception {
        String plan = lines().get(0).replace("\"schema\":1", "\"schema\":" + schema);
        put(plan.replace("\"speedup\"", "\"velocity\"") + "\n");

        assertTrue(
                failure().endsWith("was written by a newer Ephemera: its schema is " + schema + ", this one reads 1"));
    }

    @ParameterizedTest(name = "is not made of {0}")
    @ValueSource(
            strings = {
                "<html>",
                "[1, 2]",
                "42",
                "{}",
                "{\"schema\":1}",
                "{\"schema\":0,\"type\":\"plan\"}",
                "{\"schema\":\"1\",\"type\":\"plan\"}",
                "{\"schema\":1,\"type\":\"slice\"}",
                "{\"type\":\"plan\"}",
                " "
            })
    void noRecording(String text) throws Exception {
        put(text + "\n{}\n");

        assertTrue(failure().endsWith("is not a recording of Ephemera"), failure());
    }

    @Test
    @DisplayName("is damaged in as many ways as SECURITY.md says")
    void counted() throws Exception {
        int ways = 0;
        for (Method test : RecordingTest.class.getDeclaredMethods()) {
            CsvSource rows = test.getAnnotation(CsvSource.class);
            ValueSource values = test.getAnnotation(ValueSource.class);
            ways += rows == null ? 0 : rows.value().length;
            ways += values == null ? 0 : values.strings().length;
        }
        String security = Files.readString(Path.of("..", "SECURITY.md"));
        assertTrue(security.contains("| " + ways + " | damaged recordings"), ways + security);
    }

    @Test
    @DisplayName("is not made of a large file without line ends, which is not read whole either")
    void noLines() throws Exception {
        Files.write(folder.resolve(Recording.FILE_NAME), new byte[5 << 20]);

        assertTrue(failure().endsWith("is not a recording of Ephemera"));
    }

    @Test
    @DisplayName("that is not there is told so")
    void missing() {
        assertTrue(failure().endsWith("recording.jsonl: there is no such file"));
    }

    @ParameterizedTest(name = "with {1} where {0} was is damaged")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"ok\":90, | ",
                "\"ok\":90 | \"ok\":null",
                "\"ok\":90 | \"ok\":\"90\"",
                "\"ok\":90 | \"ok\":90.5",
                "\"ok\":90 | \"ok\":-1",
                "\"ok\":90 | \"ok\":90,\"ok\":91",
                "\"ok\":90 | \"ok\":90,\"okay\":90",
                "\"ok\":90 | \"ok\":99999999999999999999",
                "\"step\":0 | \"step\":3",
                "\"step\":0 | \"step\":-1",
                "\"index\":2 | \"index\":1",
                "\"type\":\"slice\" | \"type\":\"piece\"",
                "\"type\":\"slice\" | \"type\":\"plan\"",
                "\"otherFailures\":{} | \"otherFailures\":null",
                "\"responseTimes\":{ | \"responseTimes\":null,\"times\":{",
                "{\"1\":81, | {\"-1\":81,",
                "{\"1\":81, | {\"one\":81,",
                "{\"1\":81, | {\"86400001\":81,",
                "{\"1\":81, | {\"1\":-81,",
                "\"otherFailures\":{} | \"otherFailures\":{\"reset\":-1}",
                "{ | ["
            })
    void damagedLine(String was, @Nullable String now) throws Exception {
        List<String> lines = new ArrayList<>(lines());
        String line = lines.get(3);
        assertTrue(line.contains(was), line);
        lines.set(3, line.replace(was, now == null ? "" : now));
        put(String.join("\n", lines) + "\n");

        assertTrue(failure().contains("recording.jsonl: line 4 is damaged: "), failure());
    }

    @ParameterizedTest(name = "whose plan has {1} where it had {0} is damaged")
    @CsvSource(
            delimiter = '|',
            value = {
                "\"speedup\":1.0 | \"speedup\":0",
                "\"speedup\":1.0 | \"speedup\":50",
                "\"time\":\"VIRTUAL\" | \"time\":null",
                "\"time\":\"VIRTUAL\" | \"time\":\"LATER\"",
                "\"outcome\":{\"ok\":900, | \"outcome\":{\"ok\":901,",
                "\"speedup\":1.0 | \"speedup\":\"NaN\"",
                "\"speedup\":1.0 | \"speedup\":\"Infinity\"",
                "\"portsPerCall\":1.0 | \"portsPerCall\":-1",
                "\"slicesPerTimeWait\":10.0 | \"slicesPerTimeWait\":0",
                "\"slicesPerTimeWait\":10.0 | \"slicesPerTimeWait\":10.5",
                "\"slicesPerTimeWait\":10.0 | \"slicesPerTimeWait\":0.5",
                "\"effectivePorts\":1000 | \"effectivePorts\":1001",
                "\"effectivePorts\":1000 | \"effectivePorts\":999",
                "\"effectivePorts\":1000 | \"effectivePorts\":0",
                "\"runId\":\"run-1\" | \"runId\":null",
                "\"runId\":\"run-1\" | \"runId\":\"\"",
                "\"requiredCallsPerSecond\":null | \"requiredCallsPerSecond\":9",
                "\"startSeconds\":100.0 | \"startSeconds\":150.0",
                "\"windows\":2 | \"windows\":-2",
                "\"secondsToFirstExhaustion\":0.0, | \"secondsToFirstExhaustion\":\"NaN\",",
                "\"kind\":\"SATURATED\" | \"kind\":2",
                "\"kind\":\"SATURATED\" | \"kind\":null",
                "\"timeWait\":\"PT1M40S\" | \"timeWait\":\"PT0S\"",
                "\"timeWait\":\"PT1M40S\" | \"timeWait\":\"soon\"",
                "\"range\":\"20000-20999\" | \"range\":\"20999-20000\"",
                "\"startedAt\":\"2026-01-02T03:04:05.678Z\" | \"startedAt\":null",
                "\"own\":true | \"own\":\"yes\""
            })
    void damagedPlan(String was, String now) throws Exception {
        String plan = lines().get(0).replace("\"secondsToFirstExhaustion\":null", "\"secondsToFirstExhaustion\":0.0");
        assertTrue(plan.contains(was), plan);
        put(plan.replace(was, now) + "\n");

        assertTrue(failure().contains("recording.jsonl: line 1 is damaged: "), failure());
    }

    @Test
    @DisplayName("ends with its end")
    void afterTheEnd() throws Exception {
        List<String> lines = lines();
        put(String.join("\n", lines) + "\n" + lines.get(1) + "\n");

        assertTrue(failure().endsWith("is damaged: it comes after the end of the run"), failure());
    }

    @Test
    @DisplayName("may have slices that are longer than a TIME_WAIT, where no window of TIME_WAITs is measured")
    void longSlices() throws Exception {
        put(lines().get(0)
                        .replace("\"windows\":2", "\"windows\":0")
                        .replace("\"slicesPerTimeWait\":10.0", "\"slicesPerTimeWait\":0.25")
                + "\n");

        assertEquals(400, Recording.read(folder).plan().sliceSeconds());
    }

    @Test
    @DisplayName("may leave out slices in which nothing happened")
    void gaps() throws Exception {
        List<String> lines = new ArrayList<>(lines());
        lines.remove(2);
        put(String.join("\n", lines) + "\n");

        assertEquals(49, SyntheticRun.slicesOf(Recording.read(folder)).size());
    }

    @Test
    @DisplayName("has the slices that it had when it was read, though the run goes on")
    void goesOn() throws Exception {
        List<String> lines = lines();
        put(String.join("\n", lines.subList(0, 4)) + "\n");
        Recording read = Recording.read(folder);
        put(String.join("\n", lines) + "\n");

        assertEquals(3, SyntheticRun.slicesOf(read).size());
        assertEquals(3, SyntheticRun.slicesOf(read).size());
    }

    @Test
    @DisplayName("that was deleted after it was read says so in one line")
    void deleted() throws Exception {
        put(String.join("\n", lines()) + "\n");
        Recording read = Recording.read(folder);
        Files.delete(folder.resolve(Recording.FILE_NAME));

        UncheckedIOException failure =
                assertThrows(UncheckedIOException.class, () -> read.slices().forEach(slice -> {}));
        assertTrue(String.valueOf(failure.getMessage()).endsWith("recording.jsonl: there is no such file"));
    }

    private static void assertSame(Recording expected, Recording read) {
        assertEquals(expected.plan(), read.plan());
        assertEquals(SyntheticRun.slicesOf(expected), SyntheticRun.slicesOf(read));
        assertEquals(expected.firstExhaustions(), read.firstExhaustions());
        assertEquals(expected.end(), read.end());
    }

    private List<String> lines() throws IOException {
        Path own = folder.resolve("whole");
        if (Files.notExists(own)) {
            write(SyntheticRun.asPredicted().recording(), own);
        }
        return Files.readAllLines(own.resolve(Recording.FILE_NAME));
    }

    private void put(String text) throws IOException {
        Files.writeString(folder.resolve(Recording.FILE_NAME), text);
    }

    private String failure() {
        String message = String.valueOf(assertThrows(RecordingException.class, () -> Recording.read(folder))
                .getMessage());
        assertFalse(message.contains("\n"), message);
        return message;
    }

    private static int indexOfNewline(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf('\n');
    }

    /** Writes the recording, and the result that it comes to. */
    public static RunResult writeWithResult(Recording recording, Path folder) throws Exception {
        write(recording, folder);
        RunResult result = Judge.judge(Recording.read(folder));
        result.write(folder);
        return result;
    }

    public static void write(Recording recording, Path folder) throws IOException {
        try (RecordingWriter writer = RecordingWriter.create(folder, recording.plan())) {
            Expectations expectations = recording.expectations();
            if (expectations != null) {
                writer.expectations(expectations);
            }
            recording.timeline().forEach(writer::event);
            recording.slices().forEach(writer::slice);
            recording.firstExhaustions().forEach(writer::firstExhaustion);
            Observations observations = recording.observations();
            if (observations != null) {
                writer.observations(observations);
            }
            RunEnd end = recording.end();
            if (end != null) {
                writer.end(end);
            }
        }
    }
}
