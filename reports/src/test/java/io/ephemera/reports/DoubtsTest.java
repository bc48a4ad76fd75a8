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
        Inconclusive.because(
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

        Inconclusive.because(
                "the generator could not keep the offered rate: 15.0 calls/s offered, 9.718 achieved (3,500 of 4,500 "
                        + "calls, the latest 1,203 ms behind schedule, 50 ms allowed); a speedup below 50 may do",
                ResultSchema.judge(run));
    }

    @Test
    @DisplayName("when late starts came together and filled the ports below the threshold")
    void bunched() {
        SyntheticRun run = new SyntheticRun();
        run.rates = List.of(9.9, 12.0);

        Inconclusive.because(
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
            Inconclusive.because("measured and predicted are 1.00 % apart, but starts came up to 20 ms late", result);
        }
    }
}
