package io.ephemera.reports;

import static io.ephemera.reports.ResultSchema.assertInconclusive;
import static io.ephemera.reports.ResultSchema.judge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.Verdict;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A run on the wall is inconclusive")
class WallClockChecksTest {

    @ParameterizedTest(name = "{1}, when the generator left out {0} of the 900 calls of a step")
    @CsvSource({"4, EXHAUSTED", "5, INCONCLUSIVE"})
    void missingCalls(long missing, Verdict verdict) {
        assertEquals(
                verdict, judge(SyntheticRun.onKernel().play().drop(0, missing)).verdict());
    }

    @ParameterizedTest(name = "{3}, when starts were {0} ms late at speedup {1}, all of them or, in a pause, some: {2}")
    @CsvSource({
        "50, 50, all, EXHAUSTED",
        "51, 50, all, INCONCLUSIVE",
        "2000, 1, all, EXHAUSTED",
        "2001, 1, all, INCONCLUSIVE",
        "400, 50, some, EXHAUSTED",
        "401, 50, some, INCONCLUSIVE",
        "20000, 1, some, EXHAUSTED",
        "20001, 1, some, INCONCLUSIVE"
    })
    void lateStarts(long millis, double speedup, String which, Verdict verdict) {
        SyntheticRun run = SyntheticRun.onKernel();
        run.speedup = speedup;
        run.play();
        SyntheticRun late = which.equals("all") ? run.late(1, millis) : run.paused(1, millis);
        assertEquals(verdict, judge(late).verdict());
    }

    @Test
    @DisplayName("when the generator could not keep the offered rate, naming it and the achieved one of the worst step")
    void generator() {
        assertInconclusive(
                "the generator could not keep the offered rate: 15.0 calls/s offered, 9.718 achieved (3,500 of 4,500 "
                        + "calls, the latest 1,203 ms behind schedule, 50 ms allowed); a speedup below 50 may do",
                judge(SyntheticRun.onKernel().play().drop(0, 9).drop(2, 1_000).late(2, 1_203)));
    }

    @Test
    @DisplayName("when late starts came together and filled the ports below the threshold")
    void bunched() {
        SyntheticRun run = SyntheticRun.onKernel();
        run.rates = List.of(9.9, 12.0);

        assertInconclusive(
                "calls were refused at 9.9 calls/s, below the threshold, but starts came up to 21 ms late and then "
                        + "together, which alone fills the ports; a speedup below 50 may do",
                judge(run.play().refuse(0, 5, 1).late(0, 21)));
    }

    @ParameterizedTest(
            name = "{1}, when measured and predicted are apart and starts were {0} ms late in 4 s of windows")
    @CsvSource({"19, EXHAUSTED", "20, INCONCLUSIVE"})
    void lateWhereItCounts(long millis, Verdict verdict) {
        RunResult result = judge(SyntheticRun.onKernel().play().measured(1_980).late(2, millis));

        assertEquals(verdict, result.verdict());
        if (verdict == Verdict.INCONCLUSIVE) {
            assertInconclusive("measured and predicted are 1.00 % apart, but starts came up to 20 ms late", result);
        }
    }

    private static SyntheticRun calls(double millis, int live) {
        SyntheticRun run = SyntheticRun.onKernel();
        run.callMillis = millis;
        run.liveInSlices = live;
        return run.play();
    }

    @Test
    @DisplayName("when live connections held the ports because the speedup is too high, naming one that would do")
    void speedupTooHigh() {
        RunResult result = judge(calls(14.2, 300));

        assertInconclusive(
                "this speedup is too high: a connection lives 14.2 ms, which at speedup 50 counts as 0.71 s (0.71 % of "
                        + "TIME_WAIT, 0.1 % allowed); live connections held 300 of 1,000 on average when calls were "
                        + "refused; up to speedup 7 would do",
                result);
        assertEquals(HeldBy.LIVE, result.measured().heldBy());
        assertTrue(judge(calls(200, 300))
                .verdictReason()
                .endsWith("even speedup 1 is too high for this target: it is too slow"));
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
        assertEquals(verdict, judge(calls(callMillis, 0).measured(successes)).verdict());
    }

    @Test
    @DisplayName("when a moment's pause filled the ports with live connections below the threshold")
    void pause() {
        assertInconclusive(
                "live connections held 240 of 1,000 ports when the first call at 9.0 calls/s was refused, below the "
                        + "threshold: at speedup 50 a pause of the machine or the target counts as many times over; a "
                        + "speedup below 50 may do",
                judge(calls(1, 0).refuse(0, 5, 240)));
    }

    @Test
    @DisplayName("never for a leak that lets hardly a call through")
    void leakWithFewSuccesses() {
        RunResult result = judge(calls(1, 990).measured(12));

        assertEquals(Verdict.EXHAUSTED, result.verdict());
        assertEquals(1, result.exitCode());
    }

    @ParameterizedTest(name = "of 60 ports {0} are held by live connections: a finding {1}")
    @CsvSource({"4, false", "4.5, true"})
    void smallPool(double live, boolean isHeldByLive) {
        SyntheticRun run = SyntheticRun.onKernel();
        run.heldElsewhere = 940;
        run.rates = List.of(0.5);
        assertEquals(isHeldByLive, Analysis.isHeldByLive(live, run.play().plan()));
    }

    @ParameterizedTest(
            name = "{3}, when {0} calls succeeded, {1} ports lay idle in every second slice, refusals in all: {2}")
    @CsvSource({
        "1970, 30, false, INCONCLUSIVE",
        // too few of them to explain it
        "1970, 10, false, EXHAUSTED",
        // calls were refused although ports were free
        "1970, 30, true, EXHAUSTED",
        // near enough, so that it needs no such excuse
        "2000, 30, false, EXHAUSTED"
    })
    void idle(long successes, int free, boolean refusedInAll, Verdict verdict) {
        RunResult result =
                judge(SyntheticRun.onKernel().play().measured(successes).idle(free, refusedInAll));

        assertEquals(verdict, result.verdict());
        if (verdict == Verdict.INCONCLUSIVE) {
            assertInconclusive(
                    "the saturated step did not keep the ports busy: on average 15 of 1,000 lay idle while no call was "
                            + "refused, and 1.50 % below the prediction is what that comes to",
                    result);
        }
    }

    private static RunResult disturbed(double callMillis, long lateMillis) {
        SyntheticRun run = calls(callMillis, 0).measured(1_970).idle(10, false);
        for (int step = 0; step <= run.lastStep(); step++) {
            run.late(step, lateMillis);
        }
        return judge(run);
    }

    @Test
    @DisplayName(
            "when idle ports, long calls and late starts explain a difference together, and none of them does alone")
    void together() {
        assertInconclusive(
                "measured and predicted are 1.50 % apart, and what the machine did may come to that together: calls of "
                        + "the saturated step took 8 ms (0.40 % of TIME_WAIT), starts came up to 15 ms late (0.38 % of "
                        + "what is measured), 0.50 % of the ports lay idle",
                disturbed(8, 15));
        assertEquals(Verdict.EXHAUSTED, disturbed(1, 3).verdict(), "all of that together is too little");
    }
}
