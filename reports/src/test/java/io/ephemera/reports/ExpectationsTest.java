package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.Expectations.PredictedFigure;
import io.ephemera.reports.RunResult.Verdict;
import io.ephemera.reports.folder.RunFolder;
import io.ephemera.reports.page.GatlingReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What is expected of a scenario")
class ExpectationsTest {

    private static final Recording PLAIN = SyntheticRun.windows2003().play().recording();

    @TempDir
    Path runs;

    private Path folder() {
        return runs.resolve("run");
    }

    private static Expectations expected(boolean exhausts, double tolerancePercent) {
        return new Expectations(
                exhausts,
                false,
                List.of(
                        new PredictedFigure("dark devices", "devices", 600).within(tolerancePercent),
                        new PredictedFigure("failed", "probes", 0)),
                List.of("a lesson"));
    }

    private static Recording recording(Expectations expectations, @Nullable Observations observations) {
        return new Recording(
                PLAIN.plan(),
                PLAIN.slices(),
                PLAIN.firstExhaustions(),
                observations == null ? null : PLAIN.end(),
                expectations,
                List.of(new TimelineEvent(99.4, "the first poll fails")),
                observations);
    }

    private static RunResult judged(Expectations expectations, double dark, double failed) {
        return ResultSchema.judge(recording(
                expectations,
                new Observations(Map.of("dark devices", dark, "failed", failed), List.of("monitoring stood <still>"))));
    }

    @ParameterizedTest(
            name = "with 600 dark devices predicted and {0} measured, 0 failures predicted and {1} measured, exits {2}")
    @CsvSource({"600, 0, 0", "600.0000001, 0, 0", "600.0001, 0, 1", "599, 0, 1", "600, 1, 1"})
    void figures(double dark, double failed, int exitCode) {
        RunResult result = judged(expected(true, 0), dark, failed);
        assertEquals(exitCode, result.judgement().exitCode(), result.judgement().verdictReason());
        assertEquals(Verdict.EXHAUSTED, result.judgement().verdict());
        assertEquals(exitCode == 0, result.explanation().figures().stream().allMatch(RunResult.ScenarioFigure::holds));
    }

    @ParameterizedTest(name = "that names a tolerance of 1 % exits {1} with {0} dark devices where 600 are predicted")
    @CsvSource({"600, 0", "606, 0", "594, 0", "606.1, 1", "593, 1"})
    void tolerance(double dark, int exitCode) {
        RunResult result = judged(expected(true, 1), dark, 0);
        assertEquals(exitCode, result.judgement().exitCode(), result.judgement().verdictReason());
        assertEquals(1, result.explanation().figures().get(0).tolerancePercent());
        assertEquals(exitCode == 0, result.explanation().figures().get(0).holds());
    }

    @Test
    @DisplayName("that no call is refused is not met by a run in which some were")
    void refusedWithoutNeed() {
        RunResult result = judged(expected(false, 0), 600, 0);
        assertEquals(1, result.judgement().exitCode());
        assertTrue(
                result.judgement().verdictReason().contains("the story says that none is"),
                result.judgement().verdictReason());
    }

    @Test
    @DisplayName("is not as predicted where a figure was not measured")
    void notMeasured() {
        RunResult result = ResultSchema.judge(
                recording(expected(true, 0), new Observations(Map.of("dark devices", 600.0), List.of())));
        assertEquals(1, result.judgement().exitCode());
        assertTrue(
                result.judgement().verdictReason().startsWith("failed was not measured"),
                result.judgement().verdictReason());
    }

    @Test
    @DisplayName("has no measured figures in a run that was cut off, which is inconclusive")
    void cutOff() {
        RunResult result = ResultSchema.judge(recording(expected(true, 0), null));
        assertEquals(3, result.judgement().exitCode());
        assertEquals(null, result.explanation().figures().get(0).measured());
        assertEquals(List.of(), result.explanation().conclusions());
    }

    @Test
    @DisplayName("is as it was written when it is read again, and is on the page, in the summary and in junit.xml")
    void files() throws Exception {
        Recording recording = recording(
                expected(true, 0),
                new Observations(Map.of("dark devices", 601.0, "failed", 0.0), List.of("monitoring stood <still>")));
        RecordingTest.write(recording, folder());
        Recording read = Recording.read(folder());
        assertEquals(recording.expectations(), read.expectations());
        assertEquals(recording.timeline(), read.timeline());
        assertEquals(recording.observations(), read.observations());
        RunResult result = Judge.judge(read);
        result.write(folder());
        RunFolder.write(folder(), read, result, GatlingReport.unknown());
        String page = Files.readString(folder().resolve("index.html"));
        assertTrue(
                page.contains("monitoring stood &lt;still>") || page.contains("monitoring stood &lt;still&gt;"),
                "page");
        assertTrue(page.contains("the first poll fails"), "timeline");
        assertTrue(page.contains("601.0 devices"), "figure");
        assertTrue(Files.readString(folder().resolve("junit.xml")).contains("name=\"dark devices\""));
        assertTrue(Files.readString(folder().resolve("summary.md")).contains("dark devices"));
        assertTrue(
                ConsoleVerdict.lines(result, folder()).stream().anyMatch(line -> line.contains("dark devices, 600.0")));
    }

    @Test
    @DisplayName("has no two figures of one name, and none without a number")
    void contradictions() {
        PredictedFigure figure = new PredictedFigure("a", "s", 1);
        assertThrows(
                IllegalArgumentException.class,
                () -> new Expectations(true, false, List.of(figure, figure), List.of()));
        assertThrows(IllegalArgumentException.class, () -> new PredictedFigure("a", "s", Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> figure.within(-1));
    }
}
