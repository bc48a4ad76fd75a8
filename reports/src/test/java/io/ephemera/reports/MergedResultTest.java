package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.ephemera.reports.page.Pages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The runs of nodes that share a load")
class MergedResultTest {

    /** Of one node: two stairs of 900 and 1,200 calls, then 15 calls/s for 300 s. */
    private static final int PLANNED = 900 + 1_200 + 4_500;

    private static final int OK = 900 + 1_000 + 3_000;

    @TempDir
    Path folder;

    private Path node(int node, int of, Consumer<SyntheticRun> change) throws IOException {
        return write(node, "run", shared(node, of, change).recording());
    }

    private static SyntheticRun shared(int node, int of, Consumer<SyntheticRun> change) {
        return SyntheticRun.of(run -> {
            run.settings = Map.of("ephemera.share", node + "/" + of, "ephemera.report.dir", "/node/" + node);
            change.accept(run);
        });
    }

    private Path write(int node, String name, Recording recording) throws IOException {
        Path run = folder.resolve("node-" + node).resolve(name);
        Files.deleteIfExists(run.resolve(Recording.FILE_NAME));
        RecordingTest.write(recording, run);
        return run;
    }

    private List<Path> nodes(int count) throws IOException {
        for (int node = 0; node < count; node++) {
            node(node, count, run -> {});
        }
        return UnfinishedRuns.recorded(folder);
    }

    private static MergedResult merged(List<Path> runs) throws IOException {
        MergedResult merged = MergedResult.of(runs);
        try (InputStream schema = MergedResultTest.class.getResourceAsStream("merged.schema.json")) {
            String text = new String(Objects.requireNonNull(schema).readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(
                    List.of(),
                    SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                            .getSchema(text)
                            .validate(merged.toJson(), InputFormat.JSON));
        }
        return merged;
    }

    @ParameterizedTest(name = "are added up exactly: {0}")
    @ValueSource(ints = {1, 3, 32})
    void sums(int count) throws IOException {
        MergedResult merged = merged(nodes(count));
        assertEquals(
                new MergedResult.NodeSums(
                        (long) count * PLANNED,
                        (long) count * PLANNED,
                        (long) count * OK,
                        (long) count * (PLANNED - OK),
                        0,
                        10.0 * count,
                        10.0 * count),
                merged.totals());
        assertEquals(
                List.of(
                        new MergedResult.MergedStep(9.0 * count, 900L * count, 900L * count, 0, 0),
                        new MergedResult.MergedStep(12.0 * count, 1_200L * count, 1_000L * count, 200L * count, 0),
                        new MergedResult.MergedStep(15.0 * count, 4_500L * count, 3_000L * count, 1_500L * count, 0)),
                merged.steps());
        assertEquals(List.of(), merged.judgement().reasons());
        assertEquals(0, merged.judgement().exitCode());
        assertEquals("every node as predicted", merged.judgement().verdictReason());
        assertEquals(RunResult.Verdict.EXHAUSTED, merged.judgement().verdict());
    }

    @Test
    @DisplayName("are inconclusive where one is missing, which is named, and no sum is scaled up for it")
    void missing() throws IOException {
        List<Path> runs = nodes(4);
        MergedResult merged = merged(List.of(runs.get(0), runs.get(2)));
        assertEquals(
                List.of("of 4 nodes 2 are missing: nodes 1, 3"),
                merged.judgement().reasons());
        assertEquals(3, merged.judgement().exitCode());
        assertEquals(2L * OK, merged.totals().ok());
        assertEquals(4, merged.ground().plannedNodes());
    }

    @Test
    @DisplayName("are inconclusive where the recording of one is cut off, and count what that has")
    void truncated() throws IOException {
        List<Path> runs = nodes(3);
        Path file = runs.get(1).resolve(Recording.FILE_NAME);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        MergedResult merged = merged(runs);
        assertEquals(1, merged.judgement().reasons().size());
        assertTrue(
                merged.judgement().verdictReason().startsWith("node 1: partial run"),
                merged.judgement().verdictReason());
        assertEquals(3, merged.judgement().exitCode());
        RunResult cutOff = Judge.judge(recording(runs.get(1)));
        assertEquals(2L * OK + cutOff.evidence().calls().ok(), merged.totals().ok());
        assertNull(merged.totals().measuredCallsPerSecond());

        Files.write(file, Arrays.copyOf(whole, 20));
        MergedResult without = merged(runs);
        assertEquals(
                List.of("of 3 nodes one is missing: node 1"),
                without.judgement().reasons());
        assertEquals(3, without.judgement().exitCode());
        assertEquals(
                List.of(file + ": ends within its first line: the run ended before it began"),
                without.ground().remarks());
    }

    private static Recording recording(Path run) throws IOException {
        try {
            return Recording.read(run);
        } catch (RecordingException e) {
            throw new IOException(e);
        }
    }

    @ParameterizedTest(name = "that began a minute apart by their clocks: {0}")
    @ValueSource(booleans = {true, false})
    void apart(boolean virtual) throws IOException {
        for (int node = 0; node < 3; node++) {
            int number = node;
            Consumer<SyntheticRun> change = run -> {
                if (!virtual) {
                    run.wall("netns", 1);
                }
                run.startedAt = run.startedAt.plus(Duration.ofSeconds(30L * number));
            };
            node(node, 3, change);
        }
        MergedResult merged = merged(UnfinishedRuns.recorded(folder));
        String said = "by their clocks node 2 began 60 s after node 0, ";
        if (virtual) {
            assertEquals(
                    List.of(said + "which in virtual time changes nothing"),
                    merged.ground().remarks());
            assertEquals(0, merged.judgement().exitCode());
        } else {
            assertEquals(
                    said + "so they did not offer their load together",
                    merged.judgement().verdictReason());
            assertEquals(3, merged.judgement().exitCode());
        }
        assertEquals(3L * OK, merged.totals().ok());
    }

    @Test
    @DisplayName("have the whole run of a node that was killed and started again; two whole ones are a doubt")
    void startedAgain() throws IOException {
        nodes(2);
        write(1, "killed", shared(1, 2, run -> run.runId = "killed").killedAfter(4));
        MergedResult merged = merged(UnfinishedRuns.recorded(folder));
        assertEquals(
                List.of("node 1 has run more than once; a run that was cut off is left out: killed"),
                merged.ground().remarks());
        assertEquals(0, merged.judgement().exitCode());
        assertEquals(2L * OK, merged.totals().ok());

        Path early = Files.createDirectories(folder.resolve("node-0/early")).resolve(Recording.FILE_NAME);
        Files.createFile(early);
        MergedResult whole = merged(UnfinishedRuns.recorded(folder));
        assertEquals(0, whole.judgement().exitCode());
        assertTrue(
                whole.ground().remarks().contains(early + ": is empty: the run ended before it began"),
                whole::toString);
        assertEquals(2L * OK, whole.totals().ok());

        Path damaged = write(0, "damaged", shared(0, 2, run -> {}).recording());
        Path lines = damaged.resolve(Recording.FILE_NAME);
        Files.writeString(lines, Files.readString(lines).replaceFirst("\"slice\"", "\"slyce\""));
        MergedResult doubtful = merged(UnfinishedRuns.recorded(folder));
        assertEquals(3, doubtful.judgement().exitCode());
        assertTrue(doubtful.judgement().verdictReason().startsWith(lines + ": line 2 is damaged"), doubtful::toString);
        Files.delete(lines);

        Consumer<SyntheticRun> later = run -> run.startedAt = run.startedAt.minusSeconds(5);
        write(0, "before", shared(0, 2, later).recording());
        assertEquals(
                "node 0 has run more than once; left out is before",
                merged(UnfinishedRuns.recorded(folder)).judgement().verdictReason());
    }

    @Test
    @DisplayName("are judged by what was required of all, and a node that has not the same settings is named")
    void required() throws IOException {
        for (int node = 0; node < 3; node++) {
            node(node, 3, run -> run.required = 8.0);
        }
        MergedResult merged = merged(UnfinishedRuns.recorded(folder));
        assertEquals(24.0, merged.requiredCallsPerSecond());
        assertEquals(
                "24.0 calls/s required, sustained by every node",
                merged.judgement().verdictReason());
        assertEquals(VerdictBlock.Badge.PASS, merged.block().badge());

        node(1, 3, run -> run.required = 11.0);
        MergedResult failed = merged(UnfinishedRuns.recorded(folder));
        assertTrue(
                failed.judgement().verdictReason().startsWith("24.0 calls/s required, not sustained by node 1 of 3: "),
                failed.judgement().verdictReason());
        assertEquals(1, failed.judgement().exitCode());

        node(2, 3, run -> run.settings = Map.of("ephemera.share", "2/3", "ephemera.ports", "20000-20009"));
        assertEquals(
                "other settings than those of node 0: node 2",
                merged(UnfinishedRuns.recorded(folder)).judgement().verdictReason());
    }

    @Test
    @DisplayName("are refused in one line where a run had a load of its own")
    void ownLoad() throws IOException {
        Path run = write(0, "run", SyntheticRun.asPredicted().recording());
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> MergedResult.of(List.of(run)));
        assertEquals(
                run + " is a run with a load of its own; give each node its share, like ephemera.share=0/3",
                refusal.getMessage());
    }

    @Test
    @DisplayName("are told on a console and on a page, the sums beside the nodes")
    void told() throws IOException {
        MergedResult merged = merged(nodes(3));
        List<String> lines = MergedVerdict.lines(merged, folder.resolve(MergedResult.PAGE_NAME), 80, false);
        assertTrue(
                lines.contains("    all      30.00      30.00      14,700       5,100         0  exhausted"),
                () -> String.join("\n", lines));
        assertTrue(IntStream.range(0, lines.size())
                .allMatch(line -> lines.get(line).length() <= 80));
        String page = Files.readString(new Pages().writeMerged(folder, merged));
        assertTrue(page.contains("3 × 10.00 = 30.00 calls/s"), page);
        assertTrue(page.contains("<th scope=\"row\">36.0</th><td>3,600</td><td>3,000</td><td>600</td>"), page);
    }
}
