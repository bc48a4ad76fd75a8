package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.CallByCall.Deviation;
import io.ephemera.reports.CallByCall.Difference;
import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A run in virtual time")
class CallComparisonTest {

    @Test
    @DisplayName("is as predicted where each call is as planned: there is no tolerance, no speedup and no late start")
    void asPredicted() {
        RunResult result = ResultSchema.judge(SyntheticRun.asPredicted());

        assertEquals(0, result.exitCode());
        assertEquals("as predicted to the call: predicted 10.00 calls/s, measured 10.00", result.verdictReason());
        assertEquals(RunPlan.Time.VIRTUAL, result.time());
        assertNull(result.speedup());
        assertEquals(0, result.tolerancePercent());
        assertNull(result.steps().get(0).latestStartMillis());
        assertEquals(200, result.steps().get(1).plannedExhausted());
        assertEquals(new CallByCall(0, null, List.of()), result.callByCall());
    }

    @ParameterizedTest(
            name = "of which a single call was to be {0} and was {1} is not as predicted, and names the call")
    @CsvSource({
        "ok, exhausted, 'was to go well and found no port; calls before it have taken more ports, or longer, than planned'",
        "exhausted, ok, "
                + "'was to find no port and went well; calls before it have taken fewer ports, or shorter, than planned'"
    })
    void oneCall(String planned, String measured, String words) {
        SyntheticRun run = SyntheticRun.asPredicted().different(1, new Difference(1_234, 128.625, planned, measured));

        RunResult result = ResultSchema.judge(run);

        assertEquals(Verdict.EXHAUSTED, result.verdict());
        assertEquals(1, result.exitCode());
        assertEquals(
                "1 call did not become what was planned: call 1,234, due at 128.625 s (modelled), " + words,
                result.verdictReason());
        assertTrue(new VerdictWords(result).headline().endsWith(", not as predicted"));
    }

    @Test
    @DisplayName("of which several calls are not as planned tells how many, and the first")
    void severalCalls() {
        RunResult result = ResultSchema.judge(SyntheticRun.asPredicted().refuse(0, 12, 0));

        assertEquals(1, result.exitCode());
        assertEquals(
                "12 calls did not become what was planned: the first, call 1,000, due at 50 s (modelled), was to go well "
                        + "and found no port; calls before it have taken more ports, or longer, than planned",
                result.verdictReason());
    }

    @Test
    @DisplayName("whose steps do not add up to their plan is not as predicted, whatever was compared")
    void steps() {
        RunResult result =
                ResultSchema.judge(SyntheticRun.asPredicted().refuse(0, 1, 0).asPlanned());

        assertEquals(1, result.exitCode());
        assertEquals(
                "at 9.0 calls/s 899 calls went well and 1 found no port, where 900 and 0 were planned",
                result.verdictReason());
    }

    @Test
    @DisplayName("whose measured threshold is below the formula's, since ports and calls are whole, is as predicted")
    void wholePorts() {
        SyntheticRun run = new SyntheticRun().load(0.2, 0.08);
        run.profile = run.profile.withRange(new PortRange(20_000, 20_022));
        run.legsPerCall = 2;
        run.portsPerCall = 2;
        run.windows = 92;

        RunResult result = ResultSchema.judge(run.play());

        assertEquals(0, result.exitCode());
        assertEquals(
                "as predicted to the call: predicted 0.1150 calls/s, measured 0.1100 (ports and calls are whole)",
                result.verdictReason());
        assertEquals(4.348, result.measured().errorPercent());
        assertNull(result.diagnosis());
    }

    @Test
    @DisplayName(
            "towards a foreign target has each call compared with the life that connections had, and tells its threshold")
    void foreign() {
        SyntheticRun run =
                SyntheticRun.asPredicted().foreign().life(5.0).measured(1_904).asPlanned();

        RunResult result = ResultSchema.judge(run);

        assertEquals(0, result.exitCode());
        assertEquals(
                "as predicted to the call: predicted 10.00 calls/s, with a life of 5 s 9.524, measured 9.520",
                result.verdictReason());
        assertEquals(9.5238, result.predicted().thresholdWithLifeCallsPerSecond());
        assertNull(result.steps().get(1).plannedExhausted(), "it is planned for connections without a life");
        assertTrue(
                ConsoleVerdict.lines(result, Path.of("run"))
                        .contains(
                                "  predicted 10.00 calls/s, with a life of 5 s 9.524   measured 9.520 calls/s   every call as planned"));
    }

    @Test
    @DisplayName(
            "towards a foreign target is not as predicted where a single call is not, given the life of connections")
    void foreignDifferent() {
        assertEquals(
                1,
                ResultSchema.judge(SyntheticRun.asPredicted()
                                .foreign()
                                .different(1, new Difference(7, 0.5, CallByCall.OK, CallByCall.EXHAUSTED)))
                        .exitCode());
    }

    @ParameterizedTest(
            name = "with {0} of 1,000 ports live at the refusals, on average, was exhausted by {1}: exit {2}")
    @CsvSource({"1, TIME_WAIT, 0", "500, TIME_WAIT, 0", "501, LIVE, 1", "990, LIVE, 1"})
    void heldBy(double live, HeldBy heldBy, int exitCode) {
        RunResult result = ResultSchema.judge(SyntheticRun.asPredicted().live(live, Math.round(live)));

        assertEquals(Verdict.EXHAUSTED, result.verdict());
        assertEquals(heldBy, result.measured().heldBy());
        assertEquals(exitCode, result.exitCode(), result.verdictReason());
    }

    private static SyntheticRun required(double rate) {
        SyntheticRun run = new SyntheticRun();
        run.rates = List.of(6.0);
        run.required = rate;
        return run.play();
    }

    @Test
    @DisplayName("has its requirement judged only where each call is as planned")
    void required() {
        assertEquals(
                new RunResult.Required(8, true), ResultSchema.judge(required(8)).required());
        assertEquals(
                new RunResult.Required(12, false),
                ResultSchema.judge(required(12)).required());

        RunResult different = ResultSchema.judge(required(8).measured(1_999));

        assertEquals(1, different.exitCode());
        assertEquals(new RunResult.Required(8, null), different.required());
        assertTrue(different.verdictReason().startsWith("1 call did not become"), different.verdictReason());
        assertTrue(new VerdictWords(different).headline().endsWith(", not as predicted"));
    }

    @Test
    @DisplayName(
            "in which a call failed at the required rate proves nothing: the target failed, and other calls met other ports")
    void requiredFailed() {
        RunResult result = ResultSchema.judge(required(8).fail(1, "timeout", 1));

        ResultSchema.assertInconclusive(
                "1 call failed otherwise (timeout 1): the target may be too slow, or hang", result);
        assertEquals(new RunResult.Required(8, null), result.required());
    }

    /** What is said of 40 of 4,900 calls, from call 17 on, of which the first opened 2 connections where 1 was planned. */
    private static String sentence(CallByCall.Kind kind) {
        return switch (kind) {
            case MORE_CONNECTIONS ->
                "40 of 4,900 calls opened more connections than planned, from call 17 on: 2 connections where 1 was planned, "
                        + "and each takes a port";
            case FEWER_CONNECTIONS ->
                "40 of 4,900 calls opened fewer connections than planned, from call 17 on: 2 connections where 1 was planned, "
                        + "since they went over open ones, which takes no port";
            case CLOSED_BY_TARGET ->
                "the target closed first in 40 of 4,900 calls, from call 17 on: TIME_WAIT is the target's, and such calls use "
                        + "up no port of the client";
            case CLOSED_BY_CLIENT ->
                "the client closed first in 40 of 4,900 calls, from call 17 on, where the target was to: TIME_WAIT is the "
                        + "client's, and such calls use up a port for each connection";
            case RESET ->
                "40 of 4,900 calls ended in a RST, from call 17 on, where they were to be closed in order: their ports are "
                        + "free at once, without TIME_WAIT";
            case NOT_RESET ->
                "40 of 4,900 calls were closed in order, from call 17 on, where they were to end in a RST: a port goes to "
                        + "TIME_WAIT where the client closes first";
            case NOT_KEPT ->
                "40 of 4,900 calls closed their connection, from call 17 on, where it was to be kept: the next call opens "
                        + "another, which takes another port";
            case LEFT_OPEN ->
                "40 of 4,900 calls left their connection open, from call 17 on, where it was to be closed: its port is in "
                        + "use until it is, and only then goes to TIME_WAIT";
        };
    }

    @ParameterizedTest(name = "whose calls used connections otherwise than planned proves nothing, and says so: {0}")
    @EnumSource
    void deviation(CallByCall.Kind kind) {
        Deviation deviation = new Deviation(kind, 40, 17, 1, 2);

        RunResult result = ResultSchema.judge(SyntheticRun.asPredicted().deviate(deviation));

        ResultSchema.assertInconclusive(sentence(kind), result);
        assertEquals(List.of(sentence(kind)), result.reasons());
        assertEquals(
                List.of(deviation), Objects.requireNonNull(result.callByCall()).deviations());
    }

    @ParameterizedTest(name = "in which {0} calls, the first being {1}, opened {3} connections of {2} says: {4}")
    @CsvSource({
        "1, 17, 2, 0, '1 of 4,900 calls opened fewer connections than planned, call 17: 0 connections where 2 were planned'",
        "5000, 1204, 2, 1, "
                + "'5,000 of 5,000 calls opened fewer connections than planned, from call 1,204 on: 1 connection where 2 were'"
    })
    void numbersOfADeviation(long count, long first, int planned, int counted, String sentence) {
        Deviation deviation = new Deviation(CallByCall.Kind.FEWER_CONNECTIONS, count, first, planned, counted);
        ResultSchema.assertInconclusive(
                sentence, ResultSchema.judge(SyntheticRun.asPredicted().deviate(deviation)));
    }

    @Test
    @DisplayName(
            "whose calls used connections otherwise than planned gives each kind its sentence, and does not repeat itself")
    void severalDeviations() {
        SyntheticRun run = SyntheticRun.asPredicted()
                .deviate(
                        new Deviation(CallByCall.Kind.CLOSED_BY_TARGET, 10, 1, 1, 1),
                        new Deviation(CallByCall.Kind.RESET, 2, 3, 1, 1))
                .count("pool.activeClose", -12)
                .end("pool.passiveClose", 10)
                .end("pool.aborted", 2)
                .count("server.closedByClientFirst", -12)
                .end("server.closedByServerFirst", 10);

        List<String> reasons = ResultSchema.judge(run).reasons();

        assertEquals(2, reasons.size(), reasons.toString());
        assertTrue(reasons.get(0).startsWith("the target closed first in 10 of 4,900 calls"), reasons.toString());
        assertTrue(reasons.get(1).startsWith("2 of 4,900 calls ended in a RST"), reasons.toString());
    }

    @Test
    @DisplayName("counts users where the calls of one share a connection")
    void users() {
        SyntheticRun run = new SyntheticRun().load(null, 9.0);
        run.portsPerCall = 0.5;
        run.play().deviate(new Deviation(CallByCall.Kind.CLOSED_BY_TARGET, 450, 1, 1, 1));

        assertTrue(
                ResultSchema.judge(run).verdictReason().startsWith("the target closed first in 450 of 450 users"),
                ResultSchema.judge(run).verdictReason());
    }
}
