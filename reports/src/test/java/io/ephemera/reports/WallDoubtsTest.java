package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ephemera.reports.RunResult.Verdict;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A run on the wall is inconclusive")
class WallDoubtsTest {

    @ParameterizedTest(name = "{1}, when the generator left out {0} of the 900 calls of a step")
    @CsvSource({"4, EXHAUSTED", "5, INCONCLUSIVE"})
    void missingCalls(long missing, Verdict verdict) {
        assertEquals(
                verdict,
                ResultSchema.judge(SyntheticRun.onKernel().play().drop(0, missing))
                        .verdict());
    }

    @ParameterizedTest(name = "{2}, when starts were {0} ms late at speedup {1}")
    @CsvSource({"50, 50, EXHAUSTED", "51, 50, INCONCLUSIVE", "2000, 1, EXHAUSTED", "2001, 1, INCONCLUSIVE"})
    void lateStarts(long millis, double speedup, Verdict verdict) {
        SyntheticRun run = SyntheticRun.onKernel();
        run.speedup = speedup;
        assertEquals(verdict, ResultSchema.judge(run.play().late(1, millis)).verdict());
    }

    @ParameterizedTest(name = "{2}, when a pause made starts {0} ms late at speedup {1}")
    @CsvSource({"400, 50, EXHAUSTED", "401, 50, INCONCLUSIVE", "20000, 1, EXHAUSTED", "20001, 1, INCONCLUSIVE"})
    void pauses(long millis, double speedup, Verdict verdict) {
        SyntheticRun run = SyntheticRun.onKernel();
        run.speedup = speedup;
        assertEquals(verdict, ResultSchema.judge(run.play().paused(1, millis)).verdict());
    }

    @Test
    @DisplayName("when the generator could not keep the offered rate, naming it and the achieved one of the worst step")
    void generator() {
        SyntheticRun run =
                SyntheticRun.onKernel().play().drop(0, 9).drop(2, 1_000).late(2, 1_203);

        Inconclusive.because(
                "the generator could not keep the offered rate: 15.0 calls/s offered, 9.718 achieved (3,500 of 4,500 "
                        + "calls, the latest 1,203 ms behind schedule, 50 ms allowed); a speedup below 50 may do",
                ResultSchema.judge(run));
    }

    @Test
    @DisplayName("when late starts came together and filled the ports below the threshold")
    void bunched() {
        SyntheticRun run = SyntheticRun.onKernel();
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
        RunResult result = ResultSchema.judge(
                SyntheticRun.onKernel().play().measured(1_980).late(2, millis));

        assertEquals(verdict, result.verdict());
        if (verdict == Verdict.INCONCLUSIVE) {
            Inconclusive.because("measured and predicted are 1.00 % apart, but starts came up to 20 ms late", result);
        }
    }
}
