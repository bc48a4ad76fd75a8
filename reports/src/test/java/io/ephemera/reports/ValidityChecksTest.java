package io.ephemera.reports;

import static io.ephemera.reports.ResultSchema.assertInconclusive;
import static io.ephemera.reports.ResultSchema.judge;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.RunResult.Verdict;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A run is inconclusive")
class ValidityChecksTest {

    @Test
    @DisplayName("when the harness found a fault, before anything else")
    void faults() {
        RunResult result = judge(
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
        RunResult result = judge(SyntheticRun.asPredicted().fail(2, kind, 1_204));

        assertInconclusive("1,204 calls failed otherwise (" + kind + " 1,204): " + hint, result);
        assertEquals(1_204, result.calls().otherFailures());
    }

    @Test
    @DisplayName("naming every kind of failure, and the hint for the most frequent one")
    void kinds() {
        assertInconclusive(
                "1,003 calls failed otherwise (http-503 1,000, timeout 3): the target answered with an error",
                judge(SyntheticRun.asPredicted().fail(2, "timeout", 3).fail(2, "http-503", 1_000)));
    }

    @Test
    @DisplayName("when a single call of 6,600 failed otherwise in virtual time, where one is told from the next")
    void otherFailure() {
        assertInconclusive(
                "1 call failed otherwise (reset 1): the target may have cut connections off",
                judge(SyntheticRun.asPredicted().fail(0, "reset", 1)));
    }

    @ParameterizedTest(
            name = "on the wall: {2}, when {1} calls of step {0} failed otherwise, of 1,200 there and 6,600 in all")
    @CsvSource({"0, 6, EXHAUSTED", "0, 7, INCONCLUSIVE", "1, 1, EXHAUSTED", "1, 2, INCONCLUSIVE"})
    void otherFailuresShare(int step, long failed, Verdict verdict) {
        SyntheticRun run = SyntheticRun.onKernel().play();
        assertEquals(verdict, judge(run.fail(step, "reset", failed)).verdict());
    }

    @ParameterizedTest(name = "when {0} calls had not ended with it")
    @CsvSource({"1, 1 call", "100, 100 calls"})
    void unended(long dropped, String calls) {
        assertInconclusive(
                calls + " had not ended when the run did: the target may hang",
                judge(SyntheticRun.asPredicted().drop(2, dropped).injected(6_600)));
    }

    @Test
    @DisplayName("when a single call of the plan was never started")
    void notOffered() {
        assertInconclusive(
                "the run ended early: of 6,600 calls that were planned, 6,599 were started",
                judge(SyntheticRun.asPredicted().drop(0, 1)));
    }

    @ParameterizedTest(name = "when {0} is missing: {1}")
    @CsvSource({
        "callByCall, the comparison call by call is missing: nothing shows whether each is as planned",
        "pool, the counts of the port pool are missing: nothing shows that calls took their ports from it",
        "server, the counts of the target are missing: nothing shows that the pool saw every connection"
    })
    void missing(String part, String reason) {
        assertInconclusive(reason, judge(SyntheticRun.asPredicted().end(part, null)));
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
                "pool.exhausted | -1 | 1,700 calls found no port, but the pool refused only 1,699: the machine's own ports ran out",
                "endedCalls | 1 | the recording is not whole: Gatling saw 6,601 calls end, it holds 6,600"
            })
    void counts(String name, long more, String reason) {
        RunResult result = judge(SyntheticRun.asPredicted().count(name, more));

        assertEquals(Verdict.INCONCLUSIVE, result.verdict());
        assertEquals(3, result.exitCode());
        assertTrue(result.reasons().contains(reason), result.reasons().toString());
    }

    @ParameterizedTest(
            name = "on the wall: {1}, when 2 calls timed out and the target answered {0} more than succeeded")
    @CsvSource({"2, EXHAUSTED", "3, INCONCLUSIVE"})
    void answersThatCameTooLate(long more, Verdict verdict) {
        SyntheticRun run = SyntheticRun.onKernel().play().fail(2, "timeout", 2);
        assertEquals(verdict, judge(run.count("server.responses", more)).verdict());
    }

    @Test
    @DisplayName("when calls to a foreign target went past the pool")
    void hookOfAForeignTarget() {
        assertInconclusive(
                "the hook did not see every connection: 4,900 calls succeeded at 1 ports each, the pool counted 10",
                judge(SyntheticRun.asPredicted()
                        .foreign()
                        .end("pool.connected", 10)
                        .end("pool.activeClose", 10)));
    }

    /** Two legs and two ports for each call. */
    private static SyntheticRun challenged() {
        SyntheticRun run = new SyntheticRun().load(7.5, 4.0, 6.0);
        run.legsPerCall = 2;
        run.portsPerCall = 2;
        return run.play();
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

    @ParameterizedTest(name = "never for the {0} ports that as many calls used up which were refused their second leg")
    @CsvSource({"0", "7"})
    void portsPerCallAgree(long wasted) {
        RunResult result =
                judge(connections(wasted).count("challengedLegs", wasted).count("server.challenges", wasted));

        assertEquals(List.of(), result.reasons());
        assertEquals(2.0, result.measured().portsPerCallByPool());
        assertEquals(2.0, result.measured().portsPerCallByServer());
    }

    @ParameterizedTest(name = "when a successful call is counted {0} ports more than predicted by both")
    @CsvSource({"1, '4,801'", "-1, '4,799'"})
    void portsPerCall(long more, String counted) {
        assertInconclusive(
                "ports per call do not agree: 2 predicted, but 2,400 calls used up " + counted
                        + " ports by the pool's count, " + counted + " ports by the target's",
                judge(connections(more)));
    }

    @ParameterizedTest(name = "when the target sent {0} challenges more than Gatling saw")
    @CsvSource({"1", "-1"})
    void challenges(long more) {
        assertInconclusive(
                "challenges do not agree: Gatling saw ", judge(challenged().count("server.challenges", more)));
    }
}
