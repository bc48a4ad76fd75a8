package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

        Inconclusive.because("the hook was gone", result);
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

        Inconclusive.because("1,204 calls failed otherwise (" + kind + " 1,204): " + hint, result);
        assertEquals(1_204, result.calls().otherFailures());
    }

    @Test
    @DisplayName("naming every kind of failure, and the hint for the most frequent one")
    void kinds() {
        SyntheticRun run = SyntheticRun.asPredicted().fail(2, "timeout", 3).fail(2, "http-503", 1_000);

        Inconclusive.because(
                "1,003 calls failed otherwise (http-503 1,000, timeout 3): the target answered with an error",
                ResultSchema.judge(run));
    }

    @Test
    @DisplayName(
            "when a single call of 6,600 failed otherwise in virtual time, where a single one is told from the next")
    void otherFailure() {
        Inconclusive.because(
                "1 call failed otherwise (reset 1): the target may have cut connections off",
                ResultSchema.judge(SyntheticRun.asPredicted().fail(0, "reset", 1)));
    }

    @ParameterizedTest(name = "{1}, when {0} of the 6,600 calls of a run on the wall failed otherwise")
    @CsvSource({"6, EXHAUSTED", "7, INCONCLUSIVE"})
    void otherFailuresShare(long failed, Verdict verdict) {
        SyntheticRun run = SyntheticRun.onKernel().play();
        assertEquals(verdict, ResultSchema.judge(run.fail(0, "reset", failed)).verdict());
    }

    @ParameterizedTest(name = "{1}, when {0} of the 1,200 calls of a step on the wall failed otherwise")
    @CsvSource({"1, EXHAUSTED", "2, INCONCLUSIVE"})
    void otherFailuresOfAStep(long failed, Verdict verdict) {
        SyntheticRun run = SyntheticRun.onKernel().play();
        assertEquals(verdict, ResultSchema.judge(run.fail(1, "reset", failed)).verdict());
    }

    @Test
    @DisplayName("when calls had not ended with it")
    void unended() {
        Inconclusive.because(
                "100 calls had not ended when the run did: the target may hang",
                ResultSchema.judge(SyntheticRun.asPredicted().drop(2, 100).injected(6_600)));
    }

    @Test
    @DisplayName("when a single call of the plan was never started")
    void notOffered() {
        Inconclusive.because(
                "the run ended early: of 6,600 calls that were planned, 6,599 were started",
                ResultSchema.judge(SyntheticRun.asPredicted().drop(0, 1)));
    }

    @Test
    @DisplayName("when a single call had not ended, in virtual time")
    void oneUnended() {
        Inconclusive.because(
                "1 call had not ended when the run did: the target may hang",
                ResultSchema.judge(SyntheticRun.asPredicted().drop(2, 1).injected(6_600)));
    }

    @Test
    @DisplayName("when nothing shows what became of each call")
    void noComparison() {
        Inconclusive.because(
                "the comparison call by call is missing: nothing shows whether each is as planned",
                ResultSchema.judge(SyntheticRun.asPredicted()
                        .end(e -> new RunEnd(
                                e.injectedCalls(),
                                e.endedCalls(),
                                0,
                                e.pool(),
                                e.server(),
                                e.meanLifeSeconds(),
                                e.wallSeconds(),
                                List.of()))));
    }
}
