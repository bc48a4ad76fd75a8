package io.ephemera.reports;

import static io.ephemera.reports.ResultSchema.assertOutcome;
import static io.ephemera.reports.ResultSchema.judge;
import static io.ephemera.reports.ResultSchema.row;
import static io.ephemera.reports.SyntheticRun.asPredicted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.CallByCall.Deviation;
import io.ephemera.reports.CallByCall.Difference;
import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.Verdict;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A run in virtual time")
class CallComparisonTest {

    private static final String MORE = "calls before it have taken more ports, or longer, than planned";
    private static final String FEWER = "calls before it have taken fewer ports, or shorter, than planned";

    @Test
    @DisplayName("is as predicted where each call is as planned: there is no tolerance, no speedup and no late start")
    void asPlanned() {
        RunResult result = judge(asPredicted());

        assertEquals(0, result.exitCode());
        assertEquals(
                "as predicted to the call: predicted 10.00 calls/s, measured 10.00",
                result.judgement().verdictReason());
        assertEquals(RunPlan.TimeBase.VIRTUAL, result.conditions().time());
        assertNull(result.conditions().speedup());
        assertEquals(0, result.conditions().tolerancePercent());
        assertNull(result.steps().get(0).latestStartMillis());
        assertEquals(200, result.steps().get(1).load().plannedExhausted());
        assertEquals(new CallByCall(0, null, List.of()), result.evidence().callByCall());
    }

    private static SyntheticRun different(String planned, String measured) {
        return asPredicted().different(1, new Difference(1_234, 128.625, planned, measured));
    }

    /** 23 ports for calls of two: whole calls leave one of them idle. */
    private static SyntheticRun oddPorts() {
        return SyntheticRun.of(run -> {
            run.load(0.2, 0.08);
            run.profile = run.profile.withRange(new PortRange(20_000, 20_022));
            run.exchangesPerCall = 2;
            run.portsPerCall = 2;
            run.windows = 92;
        });
    }

    static List<Arguments> cases() {
        return List.of(
                row(
                        "of which a single call was to go well and found no free port is not as predicted, and names it",
                        different(CallByCall.OK, CallByCall.EXHAUSTED),
                        "exhausted 1: 1 call did not become what was planned: call 1,234, due at 128.625 s (modelled), was to go well "
                                + "and found no free port; " + MORE),
                row(
                        "of which a single call was to find no port and went well is not as predicted either",
                        different(CallByCall.EXHAUSTED, CallByCall.OK),
                        "exhausted 1: 1 call did not become what was planned: call 1,234, due at 128.625 s (modelled), was to find no "
                                + "port and went well; " + FEWER),
                row(
                        "of which several calls are not as planned tells how many, and the first",
                        asPredicted().refuse(0, 12, 0),
                        "exhausted 1: 12 calls did not become what was planned: the first, call 1,000, due at 50 s (modelled), was to "
                                + "go well and found no free port; " + MORE),
                row(
                        "whose steps do not add up to their plan is not as predicted, whatever was compared",
                        asPredicted().refuse(0, 1, 0).asPlanned(),
                        "exhausted 1: at 9.0 calls/s 899 calls went well and 1 found no free port, where 900 and 0 were planned"),
                row(
                        "in which more calls went well than were planned is not as predicted, whatever was compared",
                        asPredicted().measured(2_001).asPlanned(),
                        "exhausted 1: at 15.0 calls/s 3,001 calls went well and 1,499 found no free port, where 3,000 and 1,500 were planned"),
                row(
                        "whose threshold is below the formula's, since ports and calls are whole, is as predicted",
                        oddPorts(),
                        "exhausted 0: as predicted to the call: predicted 0.1150 calls/s, measured 0.1100 (ports and calls are whole)"),
                row(
                        "towards a foreign target has each call compared with the life that connections had",
                        asPredicted().foreign().life(5.0).measured(1_904).asPlanned(),
                        "exhausted 0: as predicted to the call: predicted 10.00 calls/s, with a life of 5 s 9.524, measured 9.520"),
                row(
                        "towards a foreign target is not as predicted where a single call is not, given that life",
                        asPredicted().foreign().different(1, new Difference(7, 0.5, "ok", "exhausted")),
                        "exhausted 1: 1 call did not become what was planned: call 7, due at 0.5 s (modelled), was to go well and "
                                + "found no free port; " + MORE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void verdict(SyntheticRun run, String outcome) {
        RunResult result = assertOutcome(outcome, run);

        assertTrue(outcome.endsWith(result.judgement().verdictReason()));
        assertEquals(result.exitCode() == 1, VerdictBlock.of(result).badge() == VerdictBlock.Badge.FAIL);
    }

    @Test
    @DisplayName("tells the threshold for the life of connections to a foreign target, and plans no step for it")
    void lifeOfConnections() {
        RunResult result =
                judge(asPredicted().foreign().life(5.0).measured(1_904).asPlanned());

        assertEquals(9.5238, result.predicted().thresholdWithLifeCallsPerSecond());
        assertNull(result.steps().get(1).load().plannedExhausted(), "it is planned for connections without a life");
        assertEquals("10.00 calls/s, with a life of 5 s 9.524", new VerdictWords(result).predicted(10));
        assertNull(judge(oddPorts()).explanation().diagnosis());
        assertEquals(4.348, judge(oddPorts()).measured().errorPercent());
    }

    @Test
    @DisplayName("measures its threshold by however few successes, since none of them is chance")
    void fewSuccesses() {
        RunResult few = judge(asPredicted().measured(900).asPlanned());
        Double predicted = Objects.requireNonNull(few.predicted().thresholdCallsPerSecond());
        Double measured = Objects.requireNonNull(few.measured().thresholdCallsPerSecond());
        assertEquals(0.45, measured / predicted, 1e-9);
    }

    @ParameterizedTest(
            name = "with {0} of 1,000 ports live at the refusals, on average, was exhausted by {1}: exit {2}")
    @CsvSource({"1, TIME_WAIT, 0", "500, TIME_WAIT, 0", "501, LIVE, 1", "990, LIVE, 1"})
    void heldBy(double live, HeldBy heldBy, int exitCode) {
        RunResult result = judge(asPredicted().live(live, Math.round(live)));

        assertEquals(Verdict.EXHAUSTED, result.verdict());
        assertEquals(heldBy, result.measured().heldBy());
        assertEquals(exitCode, result.exitCode(), result.judgement().verdictReason());
    }

    private static SyntheticRun required(double rate) {
        return SyntheticRun.of(run -> {
            run.rates = List.of(6.0);
            run.required = rate;
        });
    }

    @Test
    @DisplayName("has its requirement judged only where each call is as planned, and none failed otherwise")
    void required() {
        assertEquals(
                new RunResult.Required(8, true), judge(required(8)).evidence().required());
        assertEquals(
                new RunResult.Required(12, false),
                judge(required(12)).evidence().required());

        RunResult different = judge(required(8).measured(1_999));
        assertEquals(1, different.exitCode());
        assertEquals(new RunResult.Required(8, null), different.evidence().required());
        assertTrue(
                different.judgement().verdictReason().startsWith("1 call did not become"),
                different.judgement().verdictReason());

        RunResult failed = judge(required(8).fail(1, "timeout", 1));
        ResultSchema.assertInconclusive(
                "1 call failed otherwise (timeout 1): the target may be too slow, or hang", failed);
        assertEquals(new RunResult.Required(8, null), failed.evidence().required());
    }

    @ParameterizedTest(name = "whose calls used connections otherwise than planned proves nothing, and says so: {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "MORE_CONNECTIONS | # opened more connections than planned, from call 17 on: 2 connections where 1 was planned, and each takes a port",
                "FEWER_CONNECTIONS | # opened fewer connections than planned, from call 17 on: 2 connections where 1 was planned, since they went over open ones, which takes no port",
                "CLOSED_BY_TARGET | the target closed first in #, from call 17 on: TIME_WAIT is the target's, and such calls use up no port of the client",
                "CLOSED_BY_CLIENT | the client closed first in #, from call 17 on, where the target was to: TIME_WAIT is the client's, and such calls use up a port for each connection",
                "RESET | # ended in a RST, from call 17 on, sent by the target as far as the recording tells; their ports are free at once, without TIME_WAIT",
                "NOT_RESET | # were closed in order, from call 17 on, where they were to end in a RST: a port goes to TIME_WAIT where the client closes first",
                "NOT_KEPT | # closed their connection, from call 17 on, where it was to be kept: the next call opens another, which takes another port",
                "LEFT_OPEN | # left their connection open, from call 17 on, where it was to be closed: its port is in use until it is, and only then goes to TIME_WAIT"
            })
    void deviation(CallByCall.Kind kind, String words) {
        Deviation deviation = new Deviation(kind, 40, 17, 1, 2);
        String sentence = words.replace("#", "40 of 4,900 calls");

        RunResult result = judge(asPredicted().deviate(deviation));

        ResultSchema.assertInconclusive(sentence, result);
        assertEquals(List.of(sentence), result.judgement().reasons());
        assertEquals(
                List.of(deviation),
                Objects.requireNonNull(result.evidence().callByCall()).deviations());
    }

    @ParameterizedTest(
            name =
                    "in which the target {0}, {2} calls from call {1} on, tells what a call costs and the threshold for that")
    @CsvSource({
        "RESET, 3, 1633, '1,633 of 4,900 calls ended in a RST, from call 3 on, sent by the target', 0.667, 15.00",
        "CLOSED_BY_TARGET, 3, 1633, 'the target closed first in 1,633 of 4,900 calls, from call 3 on', 0.667, 15.00",
        "RESET, 5101, 500, '500 of 4,900 calls ended in a RST, from call 5,101 on, sent by the target', 0.500, 20.00"
    })
    void portsOfADeviation(
            CallByCall.Kind kind, long first, long count, String sentence, String portsPerCall, String callsPerSecond) {
        SyntheticRun run = asPredicted()
                .foreign()
                .deviate(new Deviation(kind, count, first, 1, 1))
                .count("pool.activeClose", -count)
                .count(kind == CallByCall.Kind.RESET ? "pool.aborted" : "pool.passiveClose", count);

        RunResult result = judge(run);

        ResultSchema.assertInconclusive(sentence, result);
        String end = "; a call costs " + portsPerCall + " ports from there on, and " + callsPerSecond
                + " calls/s are predicted for that";
        assertTrue(
                result.judgement().verdictReason().endsWith(end),
                result.judgement().verdictReason());
    }

    @ParameterizedTest(name = "in which {0} calls, the first being {1}, opened {3} connections of {2} says: {4}")
    @CsvSource({
        "1, 17, 2, 0, '1 of 4,900 calls opened fewer connections than planned, call 17: 0 connections where 2 were planned'",
        "5000, 1204, 2, 1, "
                + "'5,000 of 5,000 calls opened fewer connections than planned, from call 1,204 on: 1 connection where 2 were'"
    })
    void numbersOfADeviation(long count, long first, int planned, int counted, String sentence) {
        Deviation deviation = new Deviation(CallByCall.Kind.FEWER_CONNECTIONS, count, first, planned, counted);
        ResultSchema.assertInconclusive(sentence, judge(asPredicted().deviate(deviation)));
    }

    @Test
    @DisplayName("gives each kind of deviation its sentence, does not repeat itself, and counts users that share one")
    void severalDeviations() {
        SyntheticRun run = asPredicted()
                .deviate(
                        new Deviation(CallByCall.Kind.CLOSED_BY_TARGET, 10, 1, 1, 1),
                        new Deviation(CallByCall.Kind.RESET, 2, 3, 1, 1))
                .count("pool.activeClose", -12)
                .end("pool.passiveClose", 10)
                .end("pool.aborted", 2)
                .count("server.closedByClientFirst", -12)
                .end("server.closedByServerFirst", 10);

        List<String> reasons = judge(run).judgement().reasons();
        assertEquals(2, reasons.size(), reasons.toString());
        assertTrue(reasons.get(0).startsWith("the target closed first in 10 of 4,900 calls"), reasons.toString());
        assertTrue(reasons.get(1).startsWith("2 of 4,900 calls ended in a RST"), reasons.toString());

        SyntheticRun users = SyntheticRun.of(kept -> {
            kept.load(null, 9.0);
            kept.portsPerCall = 0.5;
        });
        ResultSchema.assertInconclusive(
                "the target closed first in 450 of 450 users",
                judge(users.deviate(new Deviation(CallByCall.Kind.CLOSED_BY_TARGET, 450, 1, 1, 1))));
    }
}
