package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.ephemera.reports.MatrixResult.Kind;
import io.ephemera.reports.MatrixResult.Row;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The result of a matrix")
class MatrixResultTest {

    @TempDir
    Path folder;

    private static Row row(SyntheticRun run, @Nullable Double required) {
        return MatrixResult.row("a row", ResultSchema.judge(run), required, 3.25);
    }

    private static Row measured(@Nullable Double required) {
        return row(SyntheticRun.asPredicted(), required);
    }

    private static Row bounded(@Nullable Double required) {
        return row(shared(), required);
    }

    private static SyntheticRun shared() {
        return SyntheticRun.of(run -> {
            run.portsPerCall = 0;
            run.pattern = "keep-alive-shared";
            run.saturatedRate = null;
        });
    }

    private static Row inconclusive() {
        return row(SyntheticRun.asPredicted().fault("the port hook failed inside"), null);
    }

    private static Row apart() {
        return row(SyntheticRun.asPredicted().measured(1_950), null);
    }

    private static MatrixResult of(@Nullable Double required, int planned, Row... rows) {
        return MatrixResult.of(
                "TuningMatrix-1",
                Map.of("ephemera.matrix", "my.matrix"),
                required,
                planned,
                List.of(rows),
                Instant.parse("2026-01-02T03:04:05Z"),
                60);
    }

    @Test
    @DisplayName("is 0 where every row is as predicted, and says how many were measured and how many bounded")
    void asPredicted() {
        MatrixResult result = of(null, 2, measured(null), bounded(null));
        assertEquals(0, result.exitCode());
        assertFalse(result.partial());
        assertEquals(
                List.of(Kind.MEASURED, Kind.BOUNDED),
                result.rows().stream().map(Row::kind).toList());
        assertEquals("every row as predicted: difference 0.00 % at most", result.reason());
        assertNull(result.rows().get(0).rates().headroom());
        List<String> lines = lines(result, 80);
        assertTrue(lines.contains("AS PREDICTED every row: difference 0.00 % at most (exit 0)"), lines.toString());
        assertTrue(lines.stream().anyMatch(line -> line.contains("≥ 12.00")), lines.toString());
        assertTrue(
                lines.contains("  rates are modelled calls/s; ≥ at the highest rate that was offered"),
                lines.toString());
    }

    private static List<String> lines(MatrixResult result, int columns) {
        return MatrixTable.lines(result, Path.of("index.html"), columns, false);
    }

    @ParameterizedTest(
            name = "is told within {0} columns, what there is to say of a row as a footnote, the verdict last")
    @ValueSource(ints = {60, 80, 100, 120})
    void width(int columns) {
        Row named =
                MatrixResult.row("linux, tcp_max_tw_buckets=8192 (10,000 ports)", ResultSchema.judge(shared()), 5.0, 1);
        List<String> lines = lines(of(5.0, 3, measured(5.0), named, apart()), columns);

        lines.forEach(line -> assertTrue(line.length() <= columns, line));
        int note = IntStream.range(0, lines.size())
                .filter(line -> lines.get(line).startsWith("  [1] "))
                .findFirst()
                .orElseThrow();
        assertTrue(lines.get(0).startsWith("  row ") && lines.get(0).contains("headroom"), lines.get(0));
        assertTrue(lines.stream().anyMatch(line -> line.endsWith("× 2")), lines.toString());
        assertEquals(columns >= 80, lines.get(0).contains("difference"), lines.get(0));
        assertTrue(
                lines.subList(note, lines.size()).stream().anyMatch(line -> line.startsWith("FAIL ")),
                lines.toString());
        assertEquals("  page       index.html", lines.get(lines.size() - 1));
    }

    @Test
    @DisplayName(
            "has a command for what comes next: a rate to require, the row that sustains it, the row that is wrong")
    void next() {
        assertEquals(
                "mvn gatling:test -Dsimulation=TuningMatrix -Dephemera.matrix=my.matrix -Dephemera.require=12",
                next(of(null, 2, measured(null), bounded(null))).command());
        assertEquals(
                "mvn gatling:test -Dephemera.rates=11 -Dephemera.require=11",
                next(of(11.0, 2, measured(11.0), bounded(11.0))).command());
        MatrixResult wrong = of(null, 3, inconclusive(), measured(null), apart());
        assertEquals("see note 1, and run that row by itself", next(wrong).text());
        assertEquals(
                "mvn gatling:test", next(of(null, 2, measured(null), apart())).command());
        assertEquals(
                "2 machines with a row would do; what one takes",
                next(of(20.0, 2, measured(20.0), bounded(20.0))).text());
    }

    private static VerdictBlock.NextStep next(MatrixResult result) {
        return VerdictBlock.of(result).next();
    }

    @Test
    @DisplayName("is 1 for a row that is not as predicted, 3 for one that proves nothing or is missing, the 1 first")
    void wrong() {
        assertEquals(1, of(null, 2, measured(null), apart()).exitCode());
        assertEquals(3, of(null, 2, measured(null), inconclusive()).exitCode());
        assertEquals(1, of(null, 3, inconclusive(), apart(), measured(null)).exitCode());
        MatrixResult cutOff = of(null, 2, measured(null));
        assertEquals(3, cutOff.exitCode());
        assertTrue(cutOff.partial());
        assertNull(inconclusive().rates().headroom());
        Row notMade = row(shared().drop(1, 480), 7.0);
        assertEquals(Kind.INCONCLUSIVE, notMade.kind(), "the rate was not reached");
        assertNull(notMade.rates().headroom());
    }

    @Test
    @DisplayName(
            "tells the headroom for a required rate, at least that for a bounded row, and is 1 where no row sustains it")
    void headroom() {
        assertEquals(2.0, measured(5.0).rates().headroom());
        assertEquals(2.4, bounded(5.0).rates().headroom());
        assertEquals(0, of(11.0, 2, measured(11.0), bounded(11.0)).exitCode());
        MatrixResult tooMuch = of(20.0, 2, measured(20.0), bounded(20.0));
        assertEquals(1, tooMuch.exitCode());
        assertTrue(tooMuch.reason().equals("20.0 calls/s required, sustained by none of 2 rows"), tooMuch.reason());
        assertEquals("EXHAUSTED", VerdictBlock.of(tooMuch).finding());
    }

    @Test
    @DisplayName("keeps its public contract")
    void schema() throws Exception {
        String schema;
        try (InputStream stream = MatrixResultTest.class.getResourceAsStream("matrix.schema.json")) {
            schema = new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        }
        MatrixResult result = of(5.0, 4, measured(5.0), bounded(5.0), inconclusive(), apart());
        String json = Files.readString(result.write(folder));
        List<Error> errors = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema, InputFormat.JSON)
                .validate(json, InputFormat.JSON);
        assertEquals(List.of(), errors);
    }
}
