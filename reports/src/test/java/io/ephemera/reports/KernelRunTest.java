package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ephemera.reports.RunResult.HeldBy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A run on a kernel's own stack, which has no pool that counts,")
class KernelRunTest {

    @ParameterizedTest(name = "was exhausted by {1} where {0} of 1,000 ports were live whenever somebody looked")
    @CsvSource({"0, TIME_WAIT", "5, TIME_WAIT", "6, LIVE", "400, LIVE"})
    void heldBy(int live, HeldBy heldBy) {
        SyntheticRun run = SyntheticRun.onKernel();
        run.liveInSlices = live;
        RunResult result = ResultSchema.judge(run.play());
        assertEquals(heldBy, result.measured().heldBy());
        assertNull(result.measured().portsPerCallByPool());
    }

    @ParameterizedTest(name = "{0} successes where 2,000 are predicted, {1} % allowed: exit code {2}")
    @CsvSource({"2000, , 0", "1989, , 1", "1989, 2, 0", "1960, 2, 0", "1959, 2, 1"})
    void tolerance(long successes, @Nullable Double percent, int exitCode) {
        SyntheticRun run = SyntheticRun.onKernel();
        run.tolerancePercent = percent;
        RunResult result = ResultSchema.judge(run.play().measured(successes));
        assertEquals(exitCode, result.exitCode(), result.verdictReason());
        assertEquals(percent == null ? 0.5 : percent, result.tolerancePercent());
    }
}
