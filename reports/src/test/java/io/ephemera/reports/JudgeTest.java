package io.ephemera.reports;

import static io.ephemera.reports.ResultSchema.judge;
import static io.ephemera.reports.SyntheticRun.asPredicted;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The judge")
class JudgeTest {

    static final String WHY = "the counter has stepped past 65534";

    private record Case(String finds, SyntheticRun run, Verdict verdict, int exitCode, String reason) {
        @Override
        public String toString() {
            return finds;
        }
    }

    private static SyntheticRun onKernel() {
        return SyntheticRun.onKernel().play();
    }

    private static SyntheticRun shared(boolean kernel) {
        Consumer<SyntheticRun> settings = run -> {
            run.pattern = "keep-alive-shared";
            run.portsPerCall = 0;
        };
        return kernel ? SyntheticRun.onKernel(settings) : SyntheticRun.of(settings);
    }

    private static SyntheticRun requiredOnKernel() {
        return SyntheticRun.onKernel(run -> {
            run.rates = List.of(6.0);
            run.required = 8.0;
        });
    }

    /** 800 calls at 8 calls/s, below the threshold of 10; the schedule says that all fail from call 701 on. */
    static SyntheticRun runaway() {
        return SyntheticRun.of(run -> {
            run.load(null, 8.0);
            run.remedies = List.of("bind-buggy");
            run.runaway = new Runaway(700, WHY);
        });
    }

    /** 800 ports are in TIME_WAIT at most. */
    private static Consumer<SyntheticRun> most(int timeWait) {
        return run -> {
            run.load(null, 8.0);
            run.mostTimeWait = timeWait;
        };
    }

    private static SyntheticRun bounded(int mostTimeWait) {
        return SyntheticRun.of(most(mostTimeWait));
    }

    static List<Case> cases() {
        return List.of(
                new Case(
                        "a run without a refusal sustained",
                        SyntheticRun.of(run -> run.load(null, 5.0, 8.0)),
                        Verdict.SUSTAINED,
                        0,
                        "no call was refused at 8.0 calls/s, as predicted: the threshold is 10.00"),
                new Case(
                        "a pattern that uses up no port sustained, without a threshold",
                        shared(false),
                        Verdict.SUSTAINED,
                        0,
                        "no call was refused, as predicted: a call uses up no port"),
                new Case(
                        "in wall-clock time no exhaustion as predicted where no port should be used up",
                        shared(true).refuse(0, 1, 0),
                        Verdict.EXHAUSTED,
                        1,
                        "1 call refused with no free port, where no call should use one up"),
                new Case(
                        "in wall-clock time no threshold as predicted where nothing was refused",
                        SyntheticRun.onKernel(run -> run.load(9.5, 5.0)),
                        Verdict.SUSTAINED,
                        1,
                        "no call was refused in the measured part of the saturated step"),
                new Case(
                        "in wall-clock time no stair as predicted that was refused calls well below the threshold",
                        onKernel().refuse(0, 20, 1),
                        Verdict.EXHAUSTED,
                        1,
                        "calls were refused at 9.0 calls/s, below the predicted 10.00"),
                new Case(
                        "in wall-clock time no stair as predicted that should have been refused calls and was not",
                        SyntheticRun.onKernel(run -> run.saturatedRate = null).refuseNone(),
                        Verdict.SUSTAINED,
                        1,
                        "no call was refused at 12.0 calls/s, where the first was predicted after 33.3 s"),
                new Case(
                        "in wall-clock time a requirement broken by a single failed call",
                        requiredOnKernel().fail(1, "timeout", 1),
                        Verdict.EXHAUSTED,
                        1,
                        "8.0 calls/s is required, but of 800 calls 1 failed otherwise"),
                new Case(
                        "in wall-clock time a requirement decisive, also where measured and predicted are apart",
                        requiredOnKernel().measured(1_900),
                        Verdict.EXHAUSTED,
                        0,
                        "8.0 calls/s is sustained, as required"),
                new Case(
                        "a run whose calls are to fail from one on failing, as predicted, if they do",
                        runaway().fail(0, "delegate", 100),
                        Verdict.FAILING,
                        0,
                        "as predicted: every call fails from call 701 on: " + WHY),
                new Case(
                        "it not as predicted if they fail one call too late",
                        runaway().fail(0, "delegate", 99),
                        Verdict.FAILING,
                        1,
                        "every call fails from call 702 on, but the schedule predicts that they do from call 701 on"),
                new Case(
                        "it not as predicted if they fail one call too early",
                        runaway().fail(0, "delegate", 101),
                        Verdict.FAILING,
                        1,
                        "every call fails from call 700 on, but the schedule predicts that they do from call 701 on"),
                new Case(
                        "it not as predicted if no call fails",
                        runaway(),
                        Verdict.SUSTAINED,
                        1,
                        "no call failed, but the schedule predicts that every call fails from call 701 on"),
                new Case(
                        "it never failing where calls were refused with no free port: that is exhaustion",
                        runaway().fail(0, "delegate", 90).refuse(0, 10, 0),
                        Verdict.EXHAUSTED,
                        1,
                        "10 calls refused with no free port, but the schedule predicts another failure"),
                new Case(
                        "it inconclusive where a single call failed for yet another reason",
                        runaway().fail(0, "delegate", 100).fail(0, "reset", 1),
                        Verdict.INCONCLUSIVE,
                        3,
                        "1 call failed otherwise (reset 1)"),
                new Case(
                        "such failures inconclusive where they were not to come",
                        bounded(900).fail(0, "delegate", 100),
                        Verdict.INCONCLUSIVE,
                        3,
                        "100 calls failed otherwise (delegate 100)"),
                new Case(
                        "a run sustained without a threshold where fewer ports may be in TIME_WAIT than there are",
                        bounded(900),
                        Verdict.SUSTAINED,
                        0,
                        "no call was refused, as predicted: of 1,000 ports no more than 900 are in TIME_WAIT at once"),
                new Case(
                        "it not as predicted where more were",
                        bounded(700),
                        Verdict.SUSTAINED,
                        1,
                        "800 ports were in TIME_WAIT at once, where no more than 700 should be"),
                new Case(
                        "it as predicted on a kernel, whose table is read while entries come and go",
                        SyntheticRun.onKernel(most(799)),
                        Verdict.SUSTAINED,
                        0,
                        "no call was refused, as predicted: of 1,000 ports no more than 799 are in TIME_WAIT at once"),
                new Case(
                        "a threshold where as many ports may be in TIME_WAIT as there are",
                        SyntheticRun.of(run -> run.mostTimeWait = 1_000),
                        Verdict.EXHAUSTED,
                        0,
                        "as predicted to the call: predicted 10.00 calls/s"));
    }

    @ParameterizedTest(name = "finds {0}")
    @MethodSource("cases")
    void verdict(Case each) {
        RunResult result = judge(each.run);

        assertEquals(each.verdict, result.judgement().verdict());
        assertTrue(
                result.judgement().verdictReason().startsWith(each.reason),
                result.judgement().verdictReason());
        assertEquals(each.exitCode, result.judgement().exitCode());
        if (each.verdict == Verdict.SUSTAINED) {
            assertNull(result.measured().thresholdCallsPerSecond());
            assertNull(result.measured().errorPercent());
            assertNull(result.measured().heldBy());
            assertNull(result.measured().firstExhaustedCallsPerSecond());
        }
    }

    @Test
    @DisplayName("finds a run as predicted exhausted above its threshold, exit code 0")
    void asExpected() {
        RunResult result = judge(asPredicted());

        assertAll(
                () -> assertEquals(Verdict.EXHAUSTED, result.judgement().verdict()),
                () -> assertEquals(0, result.judgement().exitCode()),
                () -> assertEquals(List.of(), result.judgement().reasons()),
                () -> assertEquals(10.0, result.predicted().thresholdCallsPerSecond()),
                () -> assertEquals(10.0, result.measured().thresholdCallsPerSecond()),
                () -> assertEquals(0.0, result.measured().errorPercent()),
                () -> assertEquals(1_000, result.measured().peakTimeWait()),
                () -> assertEquals(HeldBy.TIME_WAIT, result.measured().heldBy()),
                () -> assertEquals(9.0, result.measured().highestSustainedCallsPerSecond()),
                () -> assertEquals(12.0, result.measured().firstExhaustedCallsPerSecond()),
                () -> assertEquals(33.417, result.predicted().secondsToFirstExhaustion()),
                () -> assertEquals(33.417, result.measured().secondsToFirstExhaustion()),
                () -> assertEquals(
                        List.of(State.SUSTAINED, State.EXHAUSTED, State.EXHAUSTED),
                        result.evidence().steps().stream()
                                .map(RunResult.Step::state)
                                .toList()),
                () -> assertEquals(900, result.evidence().steps().get(0).peakTimeWait()),
                () -> assertEquals(9.0, result.evidence().steps().get(0).okCallsPerSecond()),
                () -> assertEquals(0.0006, result.measured().meanLifeSeconds()),
                () -> assertEquals(26.04, result.identity().wallSeconds()),
                () -> assertTrue(result.conditions().serverCounted()));
    }

    @ParameterizedTest(
            name =
                    "allows {1} % in wall-clock time: {0} successes where 2,000 are predicted: {2} % apart, exit code {3}")
    @CsvSource({
        "2000, 0.5, 0.0, 0",
        "1990, 0.5, 0.5, 0",
        "1989, 0.5, 0.55, 1",
        "2010, 0.5, 0.5, 0",
        "2011, 0.5, 0.55, 1",
        "1001, 0.5, 49.95, 1",
        "1000, 0.5, 50.0, 1",
        "1989, 2, 0.55, 0",
        "1960, 2, 2.0, 0",
        "1959, 2, 2.05, 1"
    })
    void apart(long successes, double percent, double errorPercent, int exitCode) {
        RunResult result = judge(
                SyntheticRun.onKernel(run -> run.tolerancePercent = percent).measured(successes));

        assertEquals(Verdict.EXHAUSTED, result.judgement().verdict());
        assertEquals(errorPercent, result.measured().errorPercent());
        assertEquals(exitCode, result.judgement().exitCode());
        assertEquals(percent, result.conditions().tolerancePercent());
    }

    @ParameterizedTest(name = "needs 1,000 successes in wall-clock time, and says so of {0}")
    @CsvSource({"999", "0"})
    void leastSuccesses(long successes) {
        RunResult result = judge(onKernel().measured(successes));

        ResultSchema.assertInconclusive(
                "too few successes to measure a threshold: " + successes + " in 2 whole", result);
        assertNull(result.measured().thresholdCallsPerSecond());
    }

    @Test
    @DisplayName("counts calls of any step in the windows, which begin at a slice boundary, and no others")
    void windows() {
        assertEquals(
                new Totals.Windows(2, 2_007, 1_000, 0, 20),
                Totals.of(asPredicted().okInLastSlice(1, 7).recording()).windows());
        SyntheticRun half = SyntheticRun.of(run -> {
            run.stairSlices = 10.5;
            run.rates = List.of(9.0);
        });
        assertEquals(
                1,
                Totals.of(half.recording()).windows().recorded(),
                "the second window reaches half a slice beyond the step");
    }

    @Test
    @DisplayName("expects refusals below the threshold once the ports are full from a step above it")
    void fullFromTheStepBefore() {
        RunResult result = judge(SyntheticRun.of(run -> {
            run.rates = List.of(40.0, 9.0);
            run.stairSlices = 15;
        }));

        assertEquals(State.EXHAUSTED, result.evidence().steps().get(1).state());
        assertEquals(0, result.judgement().exitCode());
    }

    @ParameterizedTest(name = "required {0} calls/s of a threshold of 10: holds {1}, exit code {2}")
    @CsvSource({"8.0, true, 0", "11.0, false, 1"})
    void required(double rate, boolean holds, int exitCode) {
        RunResult result = judge(SyntheticRun.of(run -> {
            run.rates = List.of(6.0);
            run.required = rate;
            run.stairSlices = 20;
        }));

        assertEquals(new RunResult.Required(rate, holds), result.evidence().required());
        assertEquals(exitCode, result.judgement().exitCode());
        assertEquals(Verdict.EXHAUSTED, result.judgement().verdict());
    }

    @Test
    @DisplayName("says that a foreign target was not counted")
    void foreign() {
        RunResult result = judge(asPredicted().foreign());

        assertEquals(0, result.judgement().exitCode());
        assertEquals(false, result.conditions().serverCounted());
        assertNull(result.evidence().counts().server());
    }

    @Test
    @DisplayName("makes something of a killed run at every moment of it, and marks it as partial")
    void partial() {
        SyntheticRun run = asPredicted();
        for (int slices = 0; slices <= 50; slices++) {
            RunResult result = judge(run.killedAfter(slices));

            assertTrue(result.identity().partial());
            ResultSchema.assertInconclusive("partial run", result);
            assertNull(result.identity().wallSeconds());
            assertEquals(slices > 9 ? 9.0 : null, result.measured().highestSustainedCallsPerSecond());
            assertEquals(slices > 13 ? 12.0 : null, result.measured().firstExhaustedCallsPerSecond());
            assertEquals(slices < 40 ? null : 10.0, result.measured().thresholdCallsPerSecond());
        }
    }

    @Test
    @DisplayName("gives the part of a step that was recorded its own rate")
    void partOfAStep() {
        RunResult result = judge(asPredicted().killedAfter(5));

        assertEquals(9.0, result.evidence().steps().get(0).okCallsPerSecond());
        assertEquals(State.UNFINISHED, result.evidence().steps().get(0).state());
        assertNull(result.evidence().steps().get(1).okCallsPerSecond());
        assertEquals(50.0, result.identity().recordedSeconds());
    }

    @Test
    @DisplayName("gives small thresholds five digits")
    void smallThresholds() {
        SyntheticRun run = SyntheticRun.of(small -> {
            small.load(0.05, 0.02);
            small.profile = small.profile.withTimeWait(Duration.ofHours(10));
        });

        assertEquals(0.027778, judge(run).measured().thresholdCallsPerSecond());
    }

    @ParameterizedTest(
            name =
                    "finds a run on a kernel exhausted by {1} where {0} of 1,000 ports were live whenever somebody looked")
    @CsvSource({"0, TIME_WAIT", "5, TIME_WAIT", "6, LIVE", "400, LIVE"})
    void heldByOnAKernel(int live, HeldBy heldBy) {
        RunResult result = judge(SyntheticRun.onKernel(run -> run.liveInSlices = live));

        assertEquals(heldBy, result.measured().heldBy());
        assertNull(result.measured().portsPerCallByPool());
    }
}
