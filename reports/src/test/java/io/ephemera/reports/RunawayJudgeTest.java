package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.reports.MatrixResult.Kind;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Verdict;
import io.ephemera.reports.files.JunitXml;
import io.ephemera.reports.folder.RunFolder;
import io.ephemera.reports.page.GatlingReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 800 calls at 8 calls/s, below the threshold of 10; the schedule says that all fail from call 701 on. */
@DisplayName("A run in which every call is to fail from one on")
class RunawayJudgeTest {

    private static final String WHY = "the counter has stepped past 65534";

    @TempDir
    Path runs;

    private Path folder() {
        return runs.resolve("run");
    }

    private static SyntheticRun run() {
        SyntheticRun run = new SyntheticRun().load(null, 8.0);
        run.remedies = List.of("bind-buggy");
        run.runaway = new Runaway(700, WHY);
        return run;
    }

    @Test
    @DisplayName("is failing, as predicted, if they do from that very call on")
    void asPredicted() {
        RunResult result = ResultSchema.judge(run().play().fail(0, "delegate", 100));

        assertAll(
                () -> assertEquals(Verdict.FAILING, result.verdict()),
                () -> assertEquals(0, result.exitCode()),
                () -> assertEquals("as predicted: every call fails from call 701 on: " + WHY, result.verdictReason()),
                () -> assertNull(result.predicted().thresholdCallsPerSecond()),
                () -> assertNull(result.measured().thresholdCallsPerSecond()),
                () -> assertEquals(
                        List.of(new RunResult.Figure(Runaway.FIGURE, "calls", 700, 700.0, 0.0, 0)), result.figures()),
                () -> assertEquals(List.of("that is no exhaustion: " + WHY), result.conclusions()),
                () -> assertEquals(State.FAILING, result.steps().get(0).state()),
                () -> assertEquals(
                        100, result.steps().get(0).otherFailuresByKind().get("delegate")),
                () -> assertEquals(0, result.calls().exhausted()));
    }

    @Test
    @DisplayName("is not as predicted if they fail one call too late, or too early")
    void oneCallOff() {
        for (int failed : new int[] {99, 101}) {
            RunResult result = ResultSchema.judge(run().play().fail(0, "delegate", failed));

            assertEquals(Verdict.FAILING, result.verdict());
            assertEquals(1, result.exitCode());
            assertEquals(
                    "every call fails from call " + (801 - failed)
                            + " on, but the schedule predicts that they do from call 701 on",
                    result.verdictReason());
            assertFalse(result.figures().get(0).holds());
        }
    }

    @Test
    @DisplayName("is not as predicted if no call fails")
    void sustained() {
        RunResult result = ResultSchema.judge(run().play());

        assertEquals(Verdict.SUSTAINED, result.verdict());
        assertEquals(1, result.exitCode());
        assertEquals(
                "no call failed, but the schedule predicts that every call fails from call 701 on",
                result.verdictReason());
        assertNull(result.figures().get(0).measured());
    }

    @Test
    @DisplayName(
            "is never failing where calls were refused for want of a port: that is exhaustion, and not as predicted")
    void exhausted() {
        RunResult result =
                ResultSchema.judge(run().play().fail(0, "delegate", 90).refuse(0, 10, 0));

        assertEquals(Verdict.EXHAUSTED, result.verdict());
        assertEquals(1, result.exitCode());
        assertTrue(
                result.verdictReason().startsWith("10 calls refused for want of a port, but the schedule predicts"),
                result.verdictReason());
    }

    @Test
    @DisplayName("proves nothing where a single call failed for yet another reason")
    void otherFailure() {
        RunResult result =
                ResultSchema.judge(run().play().fail(0, "delegate", 100).fail(0, "reset", 1));

        assertEquals(Verdict.INCONCLUSIVE, result.verdict());
        assertEquals(3, result.exitCode());
        assertTrue(result.verdictReason().startsWith("1 call failed otherwise (reset 1)"), result.verdictReason());
    }

    @Test
    @DisplayName("proves nothing where the delegate's failures were not to come")
    void notExpected() {
        SyntheticRun run = run();
        run.runaway = null;
        RunResult result = ResultSchema.judge(run.play().fail(0, "delegate", 100));

        assertEquals(Verdict.INCONCLUSIVE, result.verdict());
        assertTrue(result.verdictReason().startsWith("100 calls failed otherwise (delegate 100)"));
    }

    @Test
    @DisplayName("says so on the console, on its page, in junit.xml and when it is read again")
    void shown() throws Exception {
        Recording recording = run().play().fail(0, "delegate", 99).recording();
        RecordingTest.write(recording, folder());
        RunResult result = Judge.judge(Recording.read(folder()));
        assertEquals(ResultSchema.judge(recording), result);
        assertEquals(List.of(), RunFolder.write(folder(), recording, result, new GatlingReport(null, "is not there.")));

        String console = String.join("\n", ConsoleVerdict.lines(result, folder()));
        assertTrue(console.startsWith("FAILING from call 702 on, not as predicted (exit 1)"), console);
        String page = Files.readString(folder().resolve("index.html"));
        assertTrue(page.contains("Every call fails from call 702 on, though ports are free."));
        assertTrue(page.contains("<span class=\"badge\">failing</span>"));
        String junit = Files.readString(JunitXml.write(folder(), result));
        assertTrue(junit.contains("name=\"" + Runaway.FIGURE + "\" time=\"0\"><failure"), junit);
    }

    @Test
    @DisplayName("is a row of a matrix of its own kind, which carries no rate")
    void row() {
        RunResult result = ResultSchema.judge(run().play().fail(0, "delegate", 100));
        MatrixResult.Row row = MatrixResult.row("buggy", result, 5.0, 1);

        assertEquals(Kind.FAILING, row.kind());
        assertNull(row.headroom());
        assertNull(row.predictedCallsPerSecond());
        MatrixResult matrix = MatrixResult.of("matrix", null, 1, List.of(row), result.startedAt(), 2);
        assertEquals(0, matrix.exitCode());
        assertEquals(
                "0 measured, at most 0.00 % from the prediction; 0 bounded; 1 failing at the call that was predicted",
                matrix.reason());
        RunResult tooLate = ResultSchema.judge(run().play().fail(0, "delegate", 99));
        assertEquals(Kind.FAILED, MatrixResult.row("buggy", tooLate, null, 1).kind());
        assertEquals(
                1,
                MatrixResult.of("matrix", 5.0, 1, List.of(row), result.startedAt(), 2)
                        .exitCode(),
                "no row carries the rate");
    }

    @Test
    @DisplayName(
            "is sustained without a threshold where fewer ports may be in TIME_WAIT than there are, and no more ever are")
    void boundedTimeWait() {
        RunResult result = ResultSchema.judge(bounded(900).play());

        assertEquals(0, result.exitCode());
        assertNull(result.predicted().thresholdCallsPerSecond());
        assertEquals(
                "no call was refused, as predicted: of 1,000 ports no more than 900 are in TIME_WAIT at once",
                result.verdictReason());
        result = ResultSchema.judge(bounded(700).play());
        assertEquals(1, result.exitCode(), "800 ports were in TIME_WAIT");
        assertEquals("800 ports were in TIME_WAIT at once, where no more than 700 should be", result.verdictReason());
    }

    private static SyntheticRun bounded(int mostTimeWait) {
        SyntheticRun run = run();
        run.runaway = null;
        run.mostTimeWait = mostTimeWait;
        return run;
    }

    @Test
    @DisplayName("has its threshold where as many ports may be in TIME_WAIT as there are")
    void boundOfAllPorts() {
        SyntheticRun run = new SyntheticRun();
        run.mostTimeWait = 1_000;
        RunResult result = ResultSchema.judge(run.play());

        assertEquals(10.0, result.predicted().thresholdCallsPerSecond());
        assertEquals(0, result.exitCode());
    }
}
