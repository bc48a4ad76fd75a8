package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The judge")
class JudgeTest {

    @Test
    @DisplayName("finds a run as predicted exhausted above its threshold, exit code 0")
    void asPredicted() {
        RunResult result = ResultSchema.judge(SyntheticRun.asPredicted());

        assertAll(
                () -> assertEquals(Verdict.EXHAUSTED, result.verdict()),
                () -> assertEquals(0, result.exitCode()),
                () -> assertEquals(List.of(), result.reasons()),
                () -> assertEquals(10.0, result.predicted().thresholdCallsPerSecond()),
                () -> assertEquals(10.0, result.measured().thresholdCallsPerSecond()),
                () -> assertEquals(0.0, result.measured().errorPercent()),
                () -> assertEquals(1_000, result.measured().peakTimeWait()),
                () -> assertEquals(HeldBy.TIME_WAIT, result.measured().heldBy()),
                () -> assertEquals(9.0, result.measured().highestSustainedCallsPerSecond()),
                () -> assertEquals(12.0, result.measured().firstExhaustedCallsPerSecond()),
                () -> assertEquals(33.417, result.predicted().secondsToFirstExhaustion()),
                () -> assertEquals(33.417, result.measured().secondsToFirstExhaustion()),
                () -> assertEquals(
                        List.of(State.SUSTAINED, State.EXHAUSTED, State.EXHAUSTED),
                        result.steps().stream().map(RunResult.Step::state).toList()),
                () -> assertEquals(900, result.steps().get(0).peakTimeWait()),
                () -> assertEquals(9.0, result.steps().get(0).okCallsPerSecond()),
                () -> assertEquals(0.0006, result.measured().meanLifeSeconds()),
                () -> assertEquals(26.04, result.wallSeconds()),
                () -> assertTrue(result.serverCounted()));
    }

    @ParameterizedTest(
            name = "allows 0.5 % on the wall: {0} successes where 2,000 are predicted: {1} % apart, exit code {2}")
    @CsvSource({"2000, 0.0, 0", "1990, 0.5, 0", "1989, 0.55, 1", "2010, 0.5, 0", "2011, 0.55, 1", "1001, 49.95, 1"})
    void apart(long successes, double errorPercent, int exitCode) {
        RunResult result = ResultSchema.judge(SyntheticRun.onKernel().play().measured(successes));

        assertEquals(Verdict.EXHAUSTED, result.verdict());
        assertEquals(errorPercent, result.measured().errorPercent());
        assertEquals(exitCode, result.exitCode());
    }

    @ParameterizedTest(name = "needs 1,000 successes on the wall: {0} in the windows: verdict {1}")
    @CsvSource({"1000, EXHAUSTED", "999, INCONCLUSIVE", "0, INCONCLUSIVE"})
    void leastSuccesses(long successes, Verdict verdict) {
        RunResult result = ResultSchema.judge(SyntheticRun.onKernel().play().measured(successes));

        assertEquals(verdict, result.verdict());
        if (verdict == Verdict.INCONCLUSIVE) {
            assertNull(result.measured().thresholdCallsPerSecond());
            assertContains("too few successes to measure a threshold: " + successes + " in 2 whole", result);
        }
    }

    @Test
    @DisplayName("counts calls of any step in the windows, and no others")
    void windows() {
        Totals totals = Totals.of(SyntheticRun.asPredicted().okInLastSlice(1, 7).recording());

        assertEquals(new Totals.Windows(2, 2_007, 1_000, 0, 20), totals.windows());
    }

    @Test
    @DisplayName("begins the windows at the first slice boundary after the step has settled")
    void windowsBeginAtABoundary() {
        SyntheticRun run = new SyntheticRun();
        run.stairSlices = 10.5;
        run.rates = List.of(9.0);

        Totals.Windows windows = Totals.of(run.play().recording()).windows();

        assertEquals(1, windows.recorded(), "the second window reaches half a slice beyond the step");
    }

    @Test
    @DisplayName("finds a run without a refusal sustained")
    void sustained() {
        RunResult result =
                ResultSchema.judge(new SyntheticRun().load(null, 5.0, 8.0).play());

        assertAll(
                () -> assertEquals(Verdict.SUSTAINED, result.verdict()),
                () -> assertEquals(0, result.exitCode()),
                () -> assertNull(result.measured().thresholdCallsPerSecond()),
                () -> assertNull(result.measured().errorPercent()),
                () -> assertNull(result.measured().heldBy()),
                () -> assertNull(result.measured().firstExhaustedCallsPerSecond()),
                () -> assertNull(result.measured().secondsToFirstExhaustion()),
                () -> assertEquals(8.0, result.measured().highestSustainedCallsPerSecond()));
    }

    @Test
    @DisplayName("finds a pattern that uses up no port sustained, without a threshold")
    void noThreshold() {
        RunResult result = ResultSchema.judge(keepAlive().play());

        assertEquals(Verdict.SUSTAINED, result.verdict());
        assertEquals(0, result.exitCode());
        assertNull(result.predicted().thresholdCallsPerSecond());
        assertNull(result.measured().thresholdCallsPerSecond());
    }

    @Test
    @DisplayName("on the wall does not find an exhaustion as predicted where no port should be used up")
    void exhaustedWithoutThreshold() {
        SyntheticRun run = keepAlive();
        run.wall("netns", 50);
        RunResult result = ResultSchema.judge(run.play().refuse(0, 1, 0));

        assertEquals(Verdict.EXHAUSTED, result.verdict());
        assertEquals(1, result.exitCode());
        assertEquals("1 call refused for want of a port, where no call should use one up", result.verdictReason());
    }

    private static SyntheticRun keepAlive() {
        SyntheticRun run = new SyntheticRun();
        run.pattern = "keep-alive-shared";
        run.portsPerCall = 0;
        return run;
    }

    @Test
    @DisplayName("on the wall gives no measured threshold where nothing was refused, and does not call that predicted")
    void saturatedWithoutRefusal() {
        RunResult result =
                ResultSchema.judge(SyntheticRun.onKernel().load(9.5, 5.0).play());

        assertEquals(Verdict.SUSTAINED, result.verdict());
        assertEquals(1, result.exitCode());
        assertNull(result.measured().thresholdCallsPerSecond());
        assertTrue(result.verdictReason().startsWith("no call was refused in the measured part"));
    }

    @Test
    @DisplayName("on the wall does not find a stair as predicted that was refused calls well below the threshold")
    void exhaustedTooLow() {
        RunResult result = ResultSchema.judge(SyntheticRun.onKernel().play().refuse(0, 20, 1));

        assertEquals(1, result.exitCode());
        assertEquals("calls were refused at 9.0 calls/s, below the predicted 10.00", result.verdictReason());
        assertNull(result.measured().highestSustainedCallsPerSecond());
        assertEquals(9.0, result.measured().firstExhaustedCallsPerSecond());
    }

    @Test
    @DisplayName("expects refusals below the threshold once the ports are full from a step above it")
    void fullFromTheStepBefore() {
        SyntheticRun run = new SyntheticRun();
        run.rates = List.of(40.0, 9.0);
        run.stairSlices = 15;

        RunResult result = ResultSchema.judge(run.play());

        assertEquals(State.EXHAUSTED, result.steps().get(1).state());
        assertEquals(0, result.exitCode());
    }

    @Test
    @DisplayName("on the wall does not find a stair as predicted that should have been refused calls and was not")
    void notExhausted() {
        SyntheticRun run = SyntheticRun.onKernel();
        run.saturatedRate = null;

        RunResult result = ResultSchema.judge(run.play().refuseNone());

        assertEquals(Verdict.SUSTAINED, result.verdict());
        assertEquals(1, result.exitCode());
        assertEquals(
                "no call was refused at 12.0 calls/s, where the first was predicted after 33.3 s",
                result.verdictReason());
    }

    @ParameterizedTest(name = "required {0} calls/s of a threshold of 10: holds {1}, exit code {2}")
    @CsvSource({"8.0, true, 0", "11.0, false, 1"})
    void required(double rate, boolean holds, int exitCode) {
        SyntheticRun run = new SyntheticRun();
        run.rates = List.of(6.0);
        run.required = rate;
        run.stairSlices = 20;

        RunResult result = ResultSchema.judge(run.play());

        assertEquals(new RunResult.Required(rate, holds), result.required());
        assertEquals(exitCode, result.exitCode());
        assertEquals(Verdict.EXHAUSTED, result.verdict());
    }

    @Test
    @DisplayName("on the wall lets a single failed call at the required rate break the requirement")
    void requirementBrokenByAFailure() {
        SyntheticRun run = SyntheticRun.onKernel();
        run.rates = List.of(6.0);
        run.required = 8.0;

        RunResult result = ResultSchema.judge(run.play().fail(1, "timeout", 1));

        assertEquals(1, result.exitCode());
        assertEquals("8.0 calls/s is required, but of 800 calls 1 failed otherwise", result.verdictReason());
    }

    @Test
    @DisplayName("on the wall lets the requirement decide, also where measured and predicted are apart")
    void requirementDecides() {
        SyntheticRun run = SyntheticRun.onKernel();
        run.rates = List.of(6.0);
        run.required = 8.0;

        assertEquals(0, ResultSchema.judge(run.play().measured(1_900)).exitCode());
    }

    @Test
    @DisplayName("says that a foreign target was not counted")
    void foreign() {
        RunResult result = ResultSchema.judge(SyntheticRun.asPredicted().foreign());

        assertEquals(0, result.exitCode());
        assertEquals(false, result.serverCounted());
        assertNull(result.counts().server());
    }

    @Test
    @DisplayName("makes something of a killed run at every moment of it, and marks it as partial")
    void partial() {
        SyntheticRun run = SyntheticRun.asPredicted();
        for (int slices = 0; slices <= 50; slices++) {
            RunResult result = ResultSchema.judge(run.killedAfter(slices));

            assertTrue(result.partial());
            assertEquals(Verdict.INCONCLUSIVE, result.verdict());
            assertEquals(3, result.exitCode());
            assertTrue(result.verdictReason().startsWith("partial run"), result.verdictReason());
            assertNull(result.wallSeconds());
            assertEquals(slices > 9 ? 9.0 : null, result.measured().highestSustainedCallsPerSecond());
            assertEquals(slices > 13 ? 12.0 : null, result.measured().firstExhaustedCallsPerSecond());
            assertEquals(slices < 40 ? null : 10.0, result.measured().thresholdCallsPerSecond());
        }
    }

    @Test
    @DisplayName("gives the part of a step that was recorded its own rate")
    void partOfAStep() {
        RunResult result = ResultSchema.judge(SyntheticRun.asPredicted().killedAfter(5));

        assertEquals(9.0, result.steps().get(0).okCallsPerSecond());
        assertEquals(State.UNFINISHED, result.steps().get(0).state());
        assertNull(result.steps().get(1).okCallsPerSecond());
        assertEquals(50.0, result.recordedSeconds());
    }

    @Test
    @DisplayName("gives small thresholds five digits")
    void smallThresholds() {
        SyntheticRun run = new SyntheticRun().load(0.05, 0.02);
        run.profile = run.profile.withTimeWait(Duration.ofHours(10));

        assertEquals(0.027778, ResultSchema.judge(run.play()).measured().thresholdCallsPerSecond());
    }

    private static void assertContains(String expected, RunResult result) {
        assertTrue(result.verdictReason().contains(expected), result.verdictReason());
    }

    @ParameterizedTest(
            name =
                    "finds a run on a kernel exhausted by {1} where {0} of 1,000 ports were live whenever somebody looked")
    @CsvSource({"0, TIME_WAIT", "5, TIME_WAIT", "6, LIVE", "400, LIVE"})
    void heldByOnAKernel(int live, HeldBy heldBy) {
        SyntheticRun run = SyntheticRun.onKernel();
        run.liveInSlices = live;
        RunResult result = ResultSchema.judge(run.play());
        assertEquals(heldBy, result.measured().heldBy());
        assertNull(result.measured().portsPerCallByPool());
    }

    @ParameterizedTest(name = "allows {1} % on a kernel: {0} successes where 2,000 are predicted: exit code {2}")
    @CsvSource({"2000, 0.5, 0", "1989, 0.5, 1", "1989, 2, 0", "1960, 2, 0", "1959, 2, 1"})
    void toleranceOfAKernel(long successes, double percent, int exitCode) {
        SyntheticRun run = SyntheticRun.onKernel();
        run.tolerancePercent = percent;
        RunResult result = ResultSchema.judge(run.play().measured(successes));
        assertEquals(exitCode, result.exitCode(), result.verdictReason());
        assertEquals(percent, result.tolerancePercent());
    }
}
