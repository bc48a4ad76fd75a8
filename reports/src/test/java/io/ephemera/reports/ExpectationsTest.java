package io.ephemera.reports;

import static io.ephemera.reports.ResultSchema.assertOutcome;
import static io.ephemera.reports.ResultSchema.judge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.Expectations.PredictedFigure;
import io.ephemera.reports.folder.RunFolder;
import io.ephemera.reports.page.GatlingReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
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
                null,
                PLAIN.slices(),
                PLAIN.firstExhaustions(),
                observations == null ? null : PLAIN.end(),
                expectations,
                List.of(new TimelineEvent(99.4, "the first poll fails")),
                observations);
    }

    private static RunResult judged(Expectations expectations, double dark, @Nullable Double failed) {
        Map<String, Double> measured = new HashMap<>(Map.of("dark devices", dark));
        measured.computeIfAbsent("failed", any -> failed);
        return judge(recording(expectations, new Observations(measured, List.of("monitoring stood <still>"))));
    }

    @ParameterizedTest(
            name =
                    "with 600 dark devices predicted up to {2} % and {0} measured, 0 failures predicted and {1} measured: {3}")
    @CsvSource({
        "600, 0, 0, 0: as predicted",
        "600.0000001, 0, 0, 0: as predicted",
        "600.0001, 0, 0, 1: dark devices",
        "599, 0, 0, 1: dark devices",
        "600, 1, 0, 1: failed",
        "600, , 0, 1: failed was not measured",
        "606, 0, 1, 0: as predicted",
        "594, 0, 1, 0: as predicted",
        "606.1, 0, 1, 1: dark devices",
        "593, 0, 1, 1: dark devices"
    })
    void figures(double dark, @Nullable Double failed, double tolerancePercent, String outcome) {
        RunResult result = judged(expected(true, tolerancePercent), dark, failed);
        assertOutcome("exhausted " + outcome, result);
        assertEquals(outcome.startsWith("0"), result.figures().stream().allMatch(RunResult.ScenarioFigure::holds));
        assertEquals(tolerancePercent, result.figures().get(0).tolerancePercent());
    }

    @Test
    @DisplayName("that no call is refused is not met by a run in which some were")
    void refusedWithoutNeed() {
        assertOutcome(
                "exhausted 1: 7,338 calls refused with no free port, but it was predicted that none is",
                judged(expected(false, 0), 600, 0.0));
    }

    @Test
    @DisplayName("is in the headline, in place of rates that only say what is roughly offered")
    void headline() {
        VerdictBlock block = VerdictBlock.of(judged(expected(true, 0), 600, 0.0));
        assertEquals("EXHAUSTED: dark devices, 600 devices, as predicted", block.title());
        assertEquals(
                "FAIL: EXHAUSTED: dark devices, 599 devices",
                VerdictBlock.of(judged(expected(true, 0), 599, 0.0)).title());
    }

    @Test
    @DisplayName("has no measured figures in a run that was cut off, which is inconclusive")
    void cutOff() {
        RunResult result = judge(recording(expected(true, 0), null));
        assertEquals(3, result.exitCode());
        assertEquals(null, result.figures().get(0).measured());
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
        assertTrue(page.contains("601 devices"), "figure");
        assertTrue(Files.readString(folder().resolve("junit.xml")).contains("name=\"dark devices\""));
        assertTrue(Files.readString(folder().resolve("summary.md")).contains("dark devices"));
        assertTrue(ConsoleVerdict.lines(result, folder()).stream()
                .anyMatch(line -> line.contains("dark devices, 600 devices")));
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
