package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.RunResult.Verdict;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A run whose counts do not agree is inconclusive")
class DisagreeingCountsTest {

    @ParameterizedTest(name = "when the target accepted {0} connections more than the pool counted")
    @CsvSource({"1", "-1"})
    void hook(long more) {
        Inconclusive.because(
                "the hook did not see every connection: the target accepted " + Wording.count(4_900 + more)
                        + ", the pool counted 4,900",
                ResultSchema.judge(SyntheticRun.asPredicted()
                        .server(s -> new RunEnd.ServerCounts(
                                s.accepted() + more, s.responses(), 0, s.closedByClientFirst(), 0))));
    }

    @ParameterizedTest(name = "when the target answered {0} calls more than Gatling saw succeed")
    @CsvSource({"1", "-1"})
    void responses(long more) {
        Inconclusive.because(
                "successes do not agree: Gatling saw 4,900, the target answered " + Wording.count(4_900 + more),
                ResultSchema.judge(SyntheticRun.asPredicted()
                        .server(s -> new RunEnd.ServerCounts(
                                s.accepted(), s.responses() + more, 0, s.closedByClientFirst(), 0))));
    }

    @ParameterizedTest(name = "{1}, when 2 calls on the wall timed out and the target answered {0} more than succeeded")
    @CsvSource({"2, EXHAUSTED", "3, INCONCLUSIVE"})
    void answersThatCameTooLate(long more, Verdict verdict) {
        SyntheticRun run = SyntheticRun.onKernel()
                .play()
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
                        e.injectedCalls(),
                        e.endedCalls(),
                        0,
                        null,
                        null,
                        e.meanLifeSeconds(),
                        20,
                        List.of(),
                        e.callByCall())));

        Inconclusive.because("the counts of the port pool are missing", result);
        assertTrue(result.reasons().get(1).startsWith("the counts of the target are missing"));
    }

    @Test
    @DisplayName("when calls to a foreign target went past the pool")
    void hookOfAForeignTarget() {
        Inconclusive.because(
                "the hook did not see every connection: 4,900 calls succeeded at 1 ports each, the pool counted 10",
                ResultSchema.judge(SyntheticRun.asPredicted()
                        .foreign()
                        .pool(p -> new RunEnd.PoolCounts(10, 10, p.exhausted(), 10, 0, 0, 0, 0, 1, 1))));
    }

    @Test
    @DisplayName("when the machine's own ports ran out")
    void ownPorts() {
        Inconclusive.because(
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
                        List.of(),
                        e.callByCall())));
        Inconclusive.because("the recording is not whole: Gatling saw 6,601 calls end, it holds 6,600", result);
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
                        e.faults(),
                        e.callByCall()))
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
        Inconclusive.because(
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
        Inconclusive.because(
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
        Inconclusive.because("challenges do not agree: Gatling saw ", result);
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
}
