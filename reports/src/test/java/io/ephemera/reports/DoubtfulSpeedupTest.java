package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.Verdict;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A run whose speedup is too high is inconclusive")
class DoubtfulSpeedupTest {

    private static SyntheticRun run(double callMillis, int live) {
        SyntheticRun run = SyntheticRun.onKernel();
        run.callMillis = callMillis;
        run.liveInSlices = live;
        return run.play();
    }

    @Test
    @DisplayName("when live connections held the ports because the speedup is too high, naming one that would do")
    void speedupTooHigh() {
        RunResult result = ResultSchema.judge(run(14.2, 300));

        Inconclusive.because(
                "this speedup is too high: a connection lives 14.2 ms, which at speedup 50 counts as 0.71 s (0.71 % of "
                        + "TIME_WAIT, 0.1 % allowed); live connections held 300 of 1,000 on average when calls were "
                        + "refused; up to speedup 7 would do",
                result);
        assertEquals(HeldBy.LIVE, result.measured().heldBy());
    }

    @Test
    @DisplayName("when the target is too slow for any speedup")
    void tooSlow() {
        RunResult result = ResultSchema.judge(run(200, 300));

        assertTrue(result.verdictReason().endsWith("even speedup 1 is too high for this target: it is too slow"));
    }

    @ParameterizedTest(name = "{2}, when a call takes {0} ms and the threshold is measured with {1} successes")
    @CsvSource({
        // 0.8 % of TIME_WAIT explains 0.8 %, not 5 %
        "16, 1984, INCONCLUSIVE",
        "16, 1900, EXHAUSTED",
        "2, 1980, EXHAUSTED",
        "16, 1995, EXHAUSTED",
        "16, 2016, EXHAUSTED"
    })
    void lifeBringsTheThresholdDown(double callMillis, long successes, Verdict verdict) {
        assertEquals(
                verdict,
                ResultSchema.judge(run(callMillis, 0).measured(successes)).verdict());
    }

    @Test
    @DisplayName("when a moment's pause filled the ports with live connections below the threshold")
    void pause() {
        Inconclusive.because(
                "live connections held 240 of 1,000 ports when the first call at 9.0 calls/s was refused, below the "
                        + "threshold: at speedup 50 a pause of the machine or the target counts as many times over; a "
                        + "speedup below 50 may do",
                ResultSchema.judge(run(1, 0).refuse(0, 5, 240)));
    }

    @Test
    @DisplayName("never for a leak that lets hardly a call through")
    void leakWithFewSuccesses() {
        RunResult result = ResultSchema.judge(run(1, 990).measured(12));

        assertEquals(Verdict.EXHAUSTED, result.verdict());
        assertEquals(1, result.exitCode());
    }

    @Test
    @DisplayName("never for a few live ports in a small pool")
    void smallPool() {
        assertEquals(false, Findings.isHeldByLive(4, smallPlan()));
        assertEquals(true, Findings.isHeldByLive(4.5, smallPlan()));
    }

    private static RunPlan smallPlan() {
        SyntheticRun run = SyntheticRun.onKernel();
        run.heldElsewhere = 940;
        run.rates = List.of(0.5);
        return run.play().plan();
    }
}
