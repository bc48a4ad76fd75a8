package io.ephemera.reports;

import static io.ephemera.reports.ResultSchema.assertInconclusive;
import static io.ephemera.reports.ResultSchema.assertOutcome;
import static io.ephemera.reports.ResultSchema.judge;
import static io.ephemera.reports.ResultSchema.row;
import static io.ephemera.reports.SyntheticRun.asPredicted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.RunResult.HeldBy;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A run is inconclusive")
class ValidityChecksTest {

    private static SyntheticRun onKernel() {
        return SyntheticRun.onKernel().play();
    }

    private static SyntheticRun calls(double millis, int live) {
        return SyntheticRun.onKernel(run -> {
            run.callMillis = millis;
            run.liveInSlices = live;
        });
    }

    static List<Arguments> doubts() {
        return List.of(
                row(
                        "when calls failed otherwise, naming every kind and the hint for the most frequent one",
                        asPredicted().fail(2, "timeout", 3).fail(2, "http-503", 1_000),
                        "1,003 calls failed otherwise (http-503 1,000, timeout 3): the target answered with an error"),
                row(
                        "when a single call of 6,600 failed otherwise in virtual time, where one is told from the next",
                        asPredicted().fail(0, "reset", 1),
                        "1 call failed otherwise (reset 1): the target may have cut connections off"),
                row(
                        "when a single call had not ended with it",
                        asPredicted().drop(2, 1).injected(6_600),
                        "1 call had not ended when the run did: the target may hang"),
                row(
                        "when many calls had not",
                        asPredicted().drop(2, 100).injected(6_600),
                        "100 calls had not ended when the run did: the target may hang"),
                row(
                        "when a single call of the plan was never started",
                        asPredicted().drop(0, 1),
                        "the run ended early: of 6,600 calls that were planned, 6,599 were started"),
                row(
                        "when the comparison call by call is missing",
                        asPredicted().end("callByCall", null),
                        "the comparison call by call is missing: nothing shows whether each is as planned"),
                row(
                        "when the pool's counts are missing",
                        asPredicted().end("pool", null),
                        "the counts of the port pool are missing: nothing shows that calls took their ports from it"),
                row(
                        "when the target's counts are missing",
                        asPredicted().end("server", null),
                        "the counts of the target are missing: nothing shows that the pool saw every connection"),
                row(
                        "when calls to a foreign target went past the pool",
                        asPredicted().foreign().end("pool.connected", 10).end("pool.activeClose", 10),
                        "the hook did not see every connection: 4,900 calls succeeded at 1 ports each, the pool counted 10"),
                row(
                        "when successful calls are counted one port more than predicted by both",
                        connections(1),
                        portsPerCall("4,801")),
                row("when they are counted one port less", connections(-1), portsPerCall("4,799")),
                row(
                        "when the target sent a challenge more than Gatling saw",
                        challenged().count("server.challenges", 1),
                        "challenges do not agree: Gatling saw "),
                row(
                        "when it sent a challenge less",
                        challenged().count("server.challenges", -1),
                        "challenges do not agree: Gatling saw "),
                row(
                        "when the generator could not keep the offered rate, naming it and the achieved one of the worst step",
                        onKernel().drop(0, 9).drop(2, 1_000).late(2, 1_203),
                        "the generator could not keep the offered rate: 15.0 calls/s offered, 9.718 achieved (3,500 of "
                                + "4,500 calls, the latest 1,203 ms behind schedule, 50 ms allowed); a speedup below 50 "
                                + "may do"),
                row(
                        "when late starts came together and filled the ports below the threshold",
                        SyntheticRun.onKernel(run -> run.rates = List.of(9.9, 12.0))
                                .refuse(0, 5, 1)
                                .late(0, 21),
                        "calls were refused at 9.9 calls/s, below the threshold, but starts came up to 21 ms late and "
                                + "then together, which alone fills the ports; a speedup below 50 may do"),
                row(
                        "when measured and predicted are apart and starts were as late",
                        onKernel().measured(1_980).late(2, 20),
                        "the difference of measured and predicted is 1.00 %, and what the machine did may come to that: calls of the "
                                + "saturated step took 1 ms (0.05 % of TIME_WAIT), starts came up to 20 ms late (10.00 % "),
                row(
                        "when live connections held the ports because the speedup is too high, naming one that would do",
                        calls(14.2, 300),
                        "this speedup is too high: a connection lives 14.2 ms, which at speedup 50 counts as 0.71 s "
                                + "(0.71 % of TIME_WAIT, 0.1 % allowed); live connections held 300 of 1,000 on average "
                                + "when calls were refused; up to speedup 7 would do"),
                row(
                        "when a moment's pause filled the ports with live connections below the threshold",
                        calls(1, 0).refuse(0, 5, 240),
                        "live connections held 240 of 1,000 ports when the first call at 9.0 calls/s was refused, below "
                                + "the threshold: at speedup 50 a pause of the machine or the target counts as many "
                                + "times over; a speedup below 50 may do"),
                row(
                        "when other processes took ports in the measured windows, and late starts are not blamed",
                        onKernel().measured(1_700).idle(300, true).late(2, 30),
                        "other processes took ports during the run, about 150 of 1,000 when calls were refused: 8.500 calls/s "
                                + "are predicted for those that were left, measured 8.500"),
                row(
                        "when late starts came together where no call should use up a port",
                        shared(60, 10).refuse(0, 1, 0).paused(0, 400),
                        "calls were refused at 60.0 calls/s, where none should be, but starts came up to 400 ms late and "
                                + "then together, which alone fills the ports"),
                row(
                        "when ports lay idle in the measured windows",
                        onKernel().measured(1_970).idle(30, false),
                        "the difference of measured and predicted is 1.50 %, and what the machine did may come to that: calls of the "
                                + "saturated step took 1 ms (0.05 % of TIME_WAIT), starts came up to 3 ms late (0.08 % of "
                                + "what is measured), 1.50 % of the ports lay idle while no call was refused"),
                row(
                        "when idle ports, long calls and late starts explain a difference together, and none does alone",
                        disturbed(8, 15),
                        "the difference of measured and predicted is 1.50 %, and what the machine did may come to that: calls "
                                + "of the saturated step took 8 ms (0.40 % of TIME_WAIT), starts came up to 15 ms "
                                + "late (0.38 % of what is measured), 0.50 % of the ports lay idle"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doubts")
    void doubt(SyntheticRun run, String reason) {
        assertInconclusive(reason, judge(run));
    }

    @ParameterizedTest(name = "when calls failed with {0}: {1}")
    @CsvSource({
        "refused, the target may have stopped",
        "reset, the target may have cut connections off",
        "timeout, 'the target may be too slow, or hang'",
        "http-500, the target answered with an error",
        "http-100, the target sent an interim response unasked",
        "http-204, 'the target answered, but not with the 200'",
        "http-302, 'the target redirects, which no call follows'",
        "dns, the name of the target was not found",
        "descriptors, 'this process may open too few files, see ulimit -n'",
        "other, Gatling's own report has their messages"
    })
    void otherFailures(String kind, String hint) {
        RunResult result = judge(asPredicted().fail(2, kind, 1_204));

        assertInconclusive("1,204 calls failed otherwise (" + kind + " 1,204): " + hint, result);
        assertEquals(1_204, result.evidence().calls().otherFailures());
    }

    @Test
    @DisplayName("when the harness found a fault, before anything else")
    void faults() {
        RunResult result =
                judge(asPredicted().fault("the hook was gone", "second").fail(0, "refused", 400));

        assertInconclusive("the hook was gone", result);
        assertEquals("second", result.judgement().reasons().get(1));
        assertTrue(result.judgement().reasons().get(2).startsWith("400 calls failed otherwise"));
    }

    @ParameterizedTest(name = "when {0} is {1} off: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "server.accepted | 1 | the hook did not see every connection: the target accepted 4,901, the pool counted 4,900",
                "server.accepted | -1 | the hook did not see every connection: the target accepted 4,899, the pool counted 4,900",
                "server.responses | 1 | successes do not agree: Gatling saw 4,900, the target answered 4,901",
                "server.responses | -1 | successes do not agree: Gatling saw 4,900, the target answered 4,899",
                "server.closedByClientFirst | -1 | who closed first does not agree: the pool counted 4,900 connections that the client did, the target 4,899",
                "pool.exhausted | -1 | 1,700 calls found no free port, but the pool refused only 1,699: the machine's own ports ran out",
                "endedCalls | 1 | the recording is not whole: Gatling saw 6,601 calls end, it holds 6,600"
            })
    void counts(String name, long more, String reason) {
        RunResult result = judge(asPredicted().count(name, more));

        assertEquals(3, result.exitCode());
        assertTrue(
                result.judgement().reasons().contains(reason),
                result.judgement().reasons().toString());
    }

    private static String portsPerCall(String counted) {
        return "ports per call do not agree: 2 predicted, but 2,400 calls used up " + counted
                + " ports by the pool's count, " + counted + " ports by the target's";
    }

    /** Two exchanges and two ports for each call. */
    private static SyntheticRun challenged() {
        return SyntheticRun.of(run -> {
            run.load(7.5, 4.0, 6.0);
            run.exchangesPerCall = 2;
            run.portsPerCall = 2;
        });
    }

    /** More connections, which the client closed. */
    private static SyntheticRun connections(long more) {
        return challenged()
                .count("pool.leases", more)
                .count("pool.connected", more)
                .count("pool.activeClose", more)
                .count("server.accepted", more)
                .count("server.closedByClientFirst", more);
    }

    @ParameterizedTest(
            name = "never for the {0} ports that as many calls used up which were refused their second exchange")
    @CsvSource({"0", "7"})
    void portsPerCallAgree(long wasted) {
        RunResult result =
                judge(connections(wasted).count("challengedExchanges", wasted).count("server.challenges", wasted));

        assertEquals(List.of(), result.judgement().reasons());
        assertEquals(2.0, result.measured().ports().portsPerCallByPool());
        assertEquals(2.0, result.measured().ports().portsPerCallByServer());
    }

    /** Something in wall-clock time that grows, at the most that is allowed and just above it. */
    static List<Arguments> limitsOnTheWall() {
        return List.of(
                allowed("6 calls of 6,600 failed otherwise", onKernel().fail(0, "reset", 6)),
                tooMuch("7 calls of 6,600 did", onKernel().fail(0, "reset", 7)),
                allowed("1 call of 1,200 of a step failed otherwise", onKernel().fail(1, "reset", 1)),
                tooMuch("2 calls of 1,200 did", onKernel().fail(1, "reset", 2)),
                allowed("2 calls timed out, 2 more were answered than succeeded", answeredLate(2)),
                tooMuch("2 calls timed out, 3 more were answered than succeeded", answeredLate(3)),
                allowed("4 of the 900 calls of a step were left out", onKernel().drop(0, 4)),
                tooMuch("5 of the 900 calls of a step were left out", onKernel().drop(0, 5)),
                allowed("starts were 50 ms late", onKernel().late(1, 50)),
                tooMuch("starts were 51 ms late", onKernel().late(1, 51)),
                allowed("starts were 2 s late without a speedup", unhurried().late(1, 2_000)),
                tooMuch(
                        "starts were 2.001 s late without a speedup",
                        unhurried().late(1, 2_001)),
                allowed("starts of a moment were 400 ms late", onKernel().paused(1, 400)),
                tooMuch("starts of a moment were 401 ms late", onKernel().paused(1, 401)),
                allowed(
                        "starts of a moment were 20 s late without a speedup",
                        unhurried().paused(1, 20_000)),
                tooMuch("starts of a moment were 20.001 s late", unhurried().paused(1, 20_001)),
                allowed(
                        "a difference of 1 % with starts 19 ms late in 4 s of windows",
                        onKernel().measured(1_980).late(2, 19)),
                tooMuch("1,000 successes are needed", onKernel().measured(999)),
                tooMuch(
                        "calls that take 0.8 % of TIME_WAIT explain 0.8 %",
                        calls(16, 0).measured(1_984)),
                allowed("they do not explain 5 %", calls(16, 0).measured(1_900)),
                allowed("short ones do not explain 1 %", calls(2, 0).measured(1_980)),
                allowed("what is as predicted needs no excuse", calls(16, 0).measured(1_995)),
                allowed("nor does a higher threshold", calls(16, 0).measured(2_016)),
                allowed("a leak that lets hardly a call through", calls(1, 990).measured(12)),
                allowed(
                        "too few idle ports to explain a difference",
                        onKernel().measured(1_970).idle(10, false)),
                allowed(
                        "ports that others took, too few to explain a difference",
                        onKernel().measured(1_900).idle(30, true)),
                tooMuch(
                        "starts of a moment were 201 ms late in a step shorter than a TIME_WAIT",
                        shared(9, 3).paused(0, 201)),
                row("they were 200 ms late: sustained", shared(9, 3).paused(0, 200), "sustained 0: "),
                allowed(
                        "idle ports without a difference",
                        onKernel().measured(2_000).idle(30, false)),
                allowed("all that a machine can do together, but little of it", disturbed(1, 3)));
    }

    private static Arguments allowed(String when, SyntheticRun run) {
        return row(when + ": exhausted", run, "exhausted ");
    }

    private static Arguments tooMuch(String when, SyntheticRun run) {
        return row(when + ": inconclusive", run, "inconclusive 3: ");
    }

    private static SyntheticRun answeredLate(long more) {
        return onKernel().fail(2, "timeout", 2).count("server.responses", more);
    }

    /** Connections are kept, so that no threshold is predicted. */
    private static SyntheticRun shared(double rate, int lengthInSlices) {
        return SyntheticRun.onKernel(run -> {
            run.load(null, rate);
            run.pattern = "keep-alive-shared";
            run.portsPerCall = 0;
            run.stairSlices = lengthInSlices;
        });
    }

    private static SyntheticRun unhurried() {
        return SyntheticRun.onKernel(run -> run.speedup = 1);
    }

    private static SyntheticRun disturbed(double callMillis, long lateMillis) {
        SyntheticRun run = calls(callMillis, 0).measured(1_970).idle(10, false);
        for (int step = 0; step <= run.lastStep(); step++) {
            run.late(step, lateMillis);
        }
        return run;
    }

    @ParameterizedTest(name = "in wall-clock time beyond a limit: {0}")
    @MethodSource
    void limitsOnTheWall(SyntheticRun run, String outcome) {
        assertOutcome(outcome, run);
    }

    @Test
    @DisplayName("when a target is too slow for any speedup")
    void tooSlow() {
        RunResult result = judge(calls(200, 300));
        assertTrue(result.judgement()
                .verdictReason()
                .endsWith("even speedup 1 is too high for this target: it is too slow"));
        assertEquals(HeldBy.LIVE, result.measured().heldBy());
    }

    @ParameterizedTest(name = "of 60 ports {0} are held by live connections: a finding {1}")
    @CsvSource({"4, false", "4.5, true"})
    void smallPool(double live, boolean isHeldByLive) {
        SyntheticRun run = SyntheticRun.onKernel(small -> {
            small.heldElsewhere = 940;
            small.rates = List.of(0.5);
        });
        assertEquals(isHeldByLive, Analysis.isHeldByLive(live, run.plan()));
    }
}
