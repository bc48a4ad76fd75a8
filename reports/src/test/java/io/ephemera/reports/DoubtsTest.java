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

@DisplayName("A run is inconclusive")
class DoubtsTest {

    @Test
    @DisplayName("when the harness found a fault, before anything else")
    void faults() {
        RunResult result = ResultSchema.judge(
                SyntheticRun.asPredicted().fault("the hook was gone", "second").fail(0, "refused", 400));

        assertInconclusive("the hook was gone", result);
        assertEquals("second", result.reasons().get(1));
        assertTrue(result.reasons().get(2).startsWith("400 calls failed otherwise"));
    }

    @ParameterizedTest(name = "when calls failed with {0}: {1}")
    @CsvSource({
        "refused, the target may have stopped",
        "reset, the target may have cut connections off",
        "timeout, 'the target may be too slow, or hang'",
        "http-500, the target answered with an error",
        "dns, the name of the target was not found",
        "descriptors, 'this process may open too few files, see ulimit -n'",
        "other, Gatling's own report has their messages"
    })
    void otherFailures(String kind, String hint) {
        RunResult result = ResultSchema.judge(SyntheticRun.asPredicted().fail(2, kind, 1_204));

        assertInconclusive("1,204 calls failed otherwise (" + kind + " 1,204): " + hint, result);
        assertEquals(1_204, result.calls().otherFailures());
    }

    @Test
    @DisplayName("naming every kind of failure, and the hint for the most frequent one")
    void kinds() {
        SyntheticRun run = SyntheticRun.asPredicted().fail(2, "timeout", 3).fail(2, "http-503", 1_000);

        assertInconclusive(
                "1,003 calls failed otherwise (http-503 1,000, timeout 3): the target answered with an error",
                ResultSchema.judge(run));
    }

    @ParameterizedTest(name = "{1}, when {0} of the 6,600 calls of a run failed otherwise")
    @CsvSource({"6, EXHAUSTED", "7, INCONCLUSIVE"})
    void otherFailuresShare(long failed, Verdict verdict) {
        SyntheticRun run = SyntheticRun.asPredicted();
        assertEquals(verdict, ResultSchema.judge(run.fail(0, "reset", failed)).verdict());
    }

    @ParameterizedTest(name = "{1}, when {0} of the 1,200 calls of a step failed otherwise")
    @CsvSource({"1, EXHAUSTED", "2, INCONCLUSIVE"})
    void otherFailuresOfAStep(long failed, Verdict verdict) {
        SyntheticRun run = SyntheticRun.asPredicted();
        assertEquals(verdict, ResultSchema.judge(run.fail(1, "reset", failed)).verdict());
    }

    @Test
    @DisplayName("when calls had not ended with it")
    void unended() {
        assertInconclusive(
                "100 calls had not ended when the run did: the target may hang",
                ResultSchema.judge(SyntheticRun.asPredicted().drop(2, 100).injected(6_600)));
    }

    @ParameterizedTest(name = "{1}, when the generator left out {0} of the 900 calls of a step")
    @CsvSource({"4, EXHAUSTED", "5, INCONCLUSIVE"})
    void missingCalls(long missing, Verdict verdict) {
        assertEquals(
                verdict,
                ResultSchema.judge(SyntheticRun.asPredicted().drop(0, missing)).verdict());
    }

    @ParameterizedTest(name = "{2}, when starts were {0} ms late at speedup {1}")
    @CsvSource({"50, 50, EXHAUSTED", "51, 50, INCONCLUSIVE", "2000, 1, EXHAUSTED", "2001, 1, INCONCLUSIVE"})
    void lateStarts(long millis, double speedup, Verdict verdict) {
        SyntheticRun run = new SyntheticRun();
        run.speedup = speedup;
        assertEquals(verdict, ResultSchema.judge(run.play().late(1, millis)).verdict());
    }

    @ParameterizedTest(name = "{2}, when a pause made starts {0} ms late at speedup {1}")
    @CsvSource({"400, 50, EXHAUSTED", "401, 50, INCONCLUSIVE", "20000, 1, EXHAUSTED", "20001, 1, INCONCLUSIVE"})
    void pauses(long millis, double speedup, Verdict verdict) {
        SyntheticRun run = new SyntheticRun();
        run.speedup = speedup;
        assertEquals(verdict, ResultSchema.judge(run.play().paused(1, millis)).verdict());
    }

    @Test
    @DisplayName("when the generator could not keep the offered rate, naming it and the achieved one of the worst step")
    void generator() {
        SyntheticRun run = SyntheticRun.asPredicted().drop(0, 9).drop(2, 1_000).late(2, 1_203);

        assertInconclusive(
                "the generator could not keep the offered rate: 15.0 calls/s offered, 9.718 achieved (3,500 of 4,500 "
                        + "calls, the latest 1,203 ms behind schedule, 50 ms allowed); a speedup below 50 may do",
                ResultSchema.judge(run));
    }

    @Test
    @DisplayName("when late starts came together and filled the ports below the threshold")
    void bunched() {
        SyntheticRun run = new SyntheticRun();
        run.rates = List.of(9.9, 12.0);

        assertInconclusive(
                "calls were refused at 9.9 calls/s, below the threshold, but starts came up to 21 ms late and then "
                        + "together, which alone fills the ports; a speedup below 50 may do",
                ResultSchema.judge(run.play().refuse(0, 5, 1).late(0, 21)));
    }

    @ParameterizedTest(
            name = "{1}, when measured and predicted are apart and starts were {0} ms late in 4 s of windows")
    @CsvSource({"19, EXHAUSTED", "20, INCONCLUSIVE"})
    void lateWhereItCounts(long millis, Verdict verdict) {
        RunResult result =
                ResultSchema.judge(SyntheticRun.asPredicted().measured(1_980).late(2, millis));

        assertEquals(verdict, result.verdict());
        if (verdict == Verdict.INCONCLUSIVE) {
            assertInconclusive("measured and predicted are 1.00 % apart, but starts came up to 20 ms late", result);
        }
    }

    @ParameterizedTest(name = "when the target accepted {0} connections more than the pool counted")
    @CsvSource({"1", "-1"})
    void hook(long more) {
        assertInconclusive(
                "the hook did not see every connection: the target accepted " + Wording.count(4_900 + more)
                        + ", the pool counted 4,900",
                ResultSchema.judge(SyntheticRun.asPredicted()
                        .server(s -> new RunEnd.ServerCounts(
                                s.accepted() + more, s.responses(), 0, s.closedByClientFirst(), 0))));
    }

    @ParameterizedTest(name = "when the target answered {0} calls more than Gatling saw succeed")
    @CsvSource({"1", "-1"})
    void responses(long more) {
        assertInconclusive(
                "successes do not agree: Gatling saw 4,900, the target answered " + Wording.count(4_900 + more),
                ResultSchema.judge(SyntheticRun.asPredicted()
                        .server(s -> new RunEnd.ServerCounts(
                                s.accepted(), s.responses() + more, 0, s.closedByClientFirst(), 0))));
    }

    @ParameterizedTest(name = "{1}, when 2 calls timed out and the target answered {0} more than succeeded")
    @CsvSource({"2, EXHAUSTED", "3, INCONCLUSIVE"})
    void answersThatCameTooLate(long more, Verdict verdict) {
        SyntheticRun run = SyntheticRun.asPredicted()
                .fail(2, "timeout", 2)
                .server(s ->
                        new RunEnd.ServerCounts(s.accepted(), s.responses() + more, 0, s.closedByClientFirst(), 0));
        assertEquals(verdict, ResultSchema.judge(run).verdict());
    }

    @Test
    @DisplayName("when the own target, or the pool, was not counted")
    void missingCounters() {
        RunResult result = ResultSchema.judge(SyntheticRun.asPredicted()
                .end(e -> new RunEnd(
                        e.injectedCalls(), e.endedCalls(), 0, null, null, e.meanLifeSeconds(), 20, List.of())));

        assertInconclusive("the counts of the port pool are missing", result);
        assertTrue(result.reasons().get(1).startsWith("the counts of the target are missing"));
    }

    @Test
    @DisplayName("when calls to a foreign target went past the pool")
    void hookOfAForeignTarget() {
        assertInconclusive(
                "the hook did not see every connection: 4,900 calls succeeded at 1 ports each, the pool counted 10",
                ResultSchema.judge(SyntheticRun.asPredicted()
                        .foreign()
                        .pool(p -> new RunEnd.PoolCounts(10, 10, p.exhausted(), 10, 0, 0, 0, 0, 1, 1))));
    }

    @Test
    @DisplayName("when the machine's own ports ran out")
    void ownPorts() {
        assertInconclusive(
                "1,700 calls found no port, but the pool refused only 1,699: the machine's own ports ran out",
                ResultSchema.judge(SyntheticRun.asPredicted()
                        .pool(p -> new RunEnd.PoolCounts(
                                p.leases(), p.connected(), 1_699, p.activeClose(), 0, 0, 0, 0, 1, 1))));
    }

    @Test
    @DisplayName("when the recording holds fewer calls than ended")
    void lost() {
        RunResult result = ResultSchema.judge(SyntheticRun.asPredicted()
                .end(e -> new RunEnd(
                        e.injectedCalls(),
                        e.endedCalls() + 1,
                        0,
                        e.pool(),
                        e.server(),
                        e.meanLifeSeconds(),
                        20,
                        List.of())));
        assertInconclusive("the recording is not whole: Gatling saw 6,601 calls end, it holds 6,600", result);
    }

    @Test
    @DisplayName("when live connections held the ports because the speedup is too high, naming one that would do")
    void speedupTooHigh() {
        RunResult result =
                ResultSchema.judge(SyntheticRun.asPredicted().life(0.0142).live(300, 2));

        assertInconclusive(
                "this speedup is too high: a connection lives 14.2 ms, which at speedup 50 counts as 0.71 s (0.71 % of "
                        + "TIME_WAIT, 0.1 % allowed); live connections held 300 of 1,000 on average when calls were "
                        + "refused; up to speedup 7 would do",
                result);
        assertEquals(HeldBy.LIVE, result.measured().heldBy());
    }

    @Test
    @DisplayName("when the target is too slow for any speedup")
    void tooSlow() {
        RunResult result =
                ResultSchema.judge(SyntheticRun.asPredicted().life(0.2).live(300, 2));

        assertTrue(result.verdictReason().endsWith("even speedup 1 is too high for this target: it is too slow"));
    }

    @ParameterizedTest(name = "{2}, when a connection lives {0} s and the threshold is measured with {1} successes")
    @CsvSource({
        // 0.8 % of TIME_WAIT explains 0.8 %, not 5 %
        "0.016, 1984, INCONCLUSIVE",
        "0.016, 1900, EXHAUSTED",
        "0.002, 1980, EXHAUSTED",
        "0.016, 1995, EXHAUSTED",
        "0.016, 2016, EXHAUSTED"
    })
    void lifeBringsTheThresholdDown(double life, long successes, Verdict verdict) {
        assertEquals(
                verdict,
                ResultSchema.judge(SyntheticRun.asPredicted().life(life).measured(successes))
                        .verdict());
    }

    @Test
    @DisplayName("when a moment's pause filled the ports with live connections below the threshold")
    void pause() {
        assertInconclusive(
                "live connections held 240 of 1,000 ports when the first call at 9.0 calls/s was refused, below the "
                        + "threshold: at speedup 50 a pause of the machine or the target counts as many times over; a "
                        + "speedup below 50 may do",
                ResultSchema.judge(SyntheticRun.asPredicted().refuse(0, 5, 240)));
    }

    @ParameterizedTest(name = "never for {0} live ports on average of 1,000, which are held by {1}")
    @CsvSource({"1, TIME_WAIT", "5, TIME_WAIT", "5.1, LIVE", "900, LIVE"})
    void heldBy(double live, HeldBy heldBy) {
        RunResult result = ResultSchema.judge(SyntheticRun.asPredicted().live(live, Math.round(live)));

        assertEquals(Verdict.EXHAUSTED, result.verdict());
        assertEquals(heldBy, result.measured().heldBy());
        assertEquals(heldBy == HeldBy.LIVE ? 1 : 0, result.exitCode());
    }

    @Test
    @DisplayName("never for a leak: connections that are not closed hold the ports, whatever the life of the others")
    void leak() {
        SyntheticRun run = SyntheticRun.asPredicted().life(0.0142).live(700, 700);
        RunResult result = ResultSchema.judge(run);

        assertEquals(Verdict.EXHAUSTED, result.verdict());
        assertEquals(HeldBy.LIVE, result.measured().heldBy());
        assertTrue(result.verdictReason().startsWith("live connections held the ports, not TIME_WAIT: 700 of 1,000"));
    }

    @Test
    @DisplayName("never for a leak that lets hardly a call through")
    void leakWithFewSuccesses() {
        RunResult result =
                ResultSchema.judge(SyntheticRun.asPredicted().measured(12).live(990, 990));

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
        SyntheticRun run = new SyntheticRun();
        run.heldElsewhere = 940;
        run.rates = List.of(0.5);
        return run.play().plan();
    }

    @Test
    @DisplayName("never because leases are still live at the end")
    void stillLive() {
        assertEquals(
                0, ResultSchema.judge(SyntheticRun.asPredicted().live(1, 5)).exitCode());
    }

    private static SyntheticRun challenged() {
        SyntheticRun run = new SyntheticRun();
        run.legsPerCall = 2;
        run.portsPerCall = 2;
        run.rates = List.of(4.0, 6.0);
        run.saturatedRate = 7.5;
        return run.play();
    }

    @Test
    @DisplayName("never where legs, ports per call and who closed agree")
    void portsPerCallAgree() {
        RunResult result = ResultSchema.judge(challenged());

        assertEquals(List.of(), result.reasons());
        assertEquals(2.0, result.measured().portsPerCallByPool());
        assertEquals(2.0, result.measured().portsPerCallByServer());
    }

    @Test
    @DisplayName("never for ports that calls used up which were refused their second leg")
    void wastedPorts() {
        RunResult result = ResultSchema.judge(challenged()
                .end(e -> new RunEnd(
                        e.injectedCalls(),
                        e.endedCalls(),
                        e.challengedLegs() + 7,
                        e.pool(),
                        e.server(),
                        e.meanLifeSeconds(),
                        e.wallSeconds(),
                        e.faults()))
                .pool(p -> withActiveClose(p, 7))
                .server(s -> new RunEnd.ServerCounts(
                        s.accepted() + 7, s.responses(), s.challenges() + 7, s.closedByClientFirst() + 7, 0)));

        assertEquals(List.of(), result.reasons());
        assertEquals(2.0, result.measured().portsPerCallByPool());
        assertEquals(2.0, result.measured().portsPerCallByServer());
    }

    @ParameterizedTest(name = "when a successful call is counted {0} ports more than predicted by both")
    @CsvSource({"1", "-1"})
    void portsPerCall(long more) {
        assertInconclusive(
                "ports per call do not agree: 2 predicted, but 2,400 calls used up "
                        + Wording.count(4_800 + more) + " ports by the pool's count, "
                        + Wording.count(4_800 + more) + " ports by the target's",
                ResultSchema.judge(challenged()
                        .pool(p -> withActiveClose(p, more))
                        .server(s -> new RunEnd.ServerCounts(
                                s.accepted() + more,
                                s.responses(),
                                s.challenges(),
                                s.closedByClientFirst() + more,
                                0))));
    }

    @Test
    @DisplayName("when pool and target do not agree on who closed first")
    void whoClosedFirst() {
        assertInconclusive(
                "who closed first does not agree: the pool counted 4,900 connections that the client did, the target 4,899",
                ResultSchema.judge(SyntheticRun.asPredicted()
                        .server(s -> new RunEnd.ServerCounts(s.accepted(), s.responses(), 0, 4_899, 1))));
    }

    @ParameterizedTest(name = "when the target sent {0} challenges more than Gatling saw")
    @CsvSource({"1", "-1"})
    void challenges(long more) {
        RunResult result = ResultSchema.judge(challenged()
                .server(s -> new RunEnd.ServerCounts(
                        s.accepted(), s.responses(), s.challenges() + more, s.closedByClientFirst(), 0)));
        assertInconclusive("challenges do not agree: Gatling saw ", result);
    }

    private static RunEnd.PoolCounts withActiveClose(RunEnd.PoolCounts p, long more) {
        return new RunEnd.PoolCounts(
                p.leases() + more,
                p.connected() + more,
                p.exhausted(),
                p.activeClose() + more,
                p.passiveClose(),
                p.aborted(),
                p.failedConnect(),
                p.stillLive(),
                p.liveAtExhaustion(),
                p.timeWaitAtExhaustion());
    }

    private static void assertInconclusive(String reason, RunResult result) {
        assertEquals(Verdict.INCONCLUSIVE, result.verdict());
        assertEquals(3, result.exitCode());
        assertTrue(result.verdictReason().startsWith(reason), result.verdictReason());
    }
}
