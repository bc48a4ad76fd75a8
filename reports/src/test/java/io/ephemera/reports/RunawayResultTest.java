package io.ephemera.reports;

import static io.ephemera.reports.JudgeTest.WHY;
import static io.ephemera.reports.JudgeTest.runaway;
import static io.ephemera.reports.ResultSchema.judge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.reports.MatrixResult.Kind;
import io.ephemera.reports.RunResult.State;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A run whose calls are to fail from one on")
class RunawayResultTest {

    @Test
    @DisplayName("tells how many went well before, and why that is no exhaustion")
    void runawayFigures() {
        RunResult result = judge(runaway().fail(0, "delegate", 100));

        assertNull(result.predicted().thresholdCallsPerSecond());
        assertEquals(
                List.of(new RunResult.ScenarioFigure(Runaway.FIGURE, "calls", 700, 700.0, 0.0, 0)), result.figures());
        assertEquals(
                List.of("that is no exhaustion: " + WHY), result.explanation().conclusions());
        assertEquals(State.FAILING, result.steps().get(0).state());
        assertEquals(100, result.steps().get(0).calls().otherFailuresByKind().get("delegate"));
        assertNull(judge(runaway()).figures().get(0).measured());
        assertEquals(
                "FAIL: FAILING from call 702 on",
                VerdictBlock.of(judge(runaway().fail(0, "delegate", 99))).title());
    }

    private static MatrixResult matrix(@Nullable Double required, long failed) {
        RunResult result = judge(runaway().fail(0, "delegate", failed));
        MatrixResult.Row row = MatrixResult.row("buggy", result, required, 1);
        return MatrixResult.of(
                "matrix", Map.of(), required, 1, List.of(row), result.identity().startedAt(), 2);
    }

    @Test
    @DisplayName("is a row of a matrix of its own kind, which carries no rate")
    void runawayRow() {
        MatrixResult matrix = matrix(null, 100);

        assertEquals(Kind.FAILING, matrix.rows().get(0).kind());
        assertNull(matrix.rows().get(0).rates().predictedCallsPerSecond());
        assertEquals("every row as predicted: difference 0.00 % at most", matrix.reason());
        assertTrue(matrix.rows().get(0).note().startsWith("as predicted: every call fails"), "footnote");
        assertEquals(0, matrix.exitCode());
        assertEquals(1, matrix(5.0, 100).exitCode(), "no row carries the rate");
        assertNull(matrix(5.0, 100).rows().get(0).rates().headroom());
        assertEquals(Kind.FAILED, matrix(null, 99).rows().get(0).kind());
    }
}
