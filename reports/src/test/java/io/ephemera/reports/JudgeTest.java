package io.ephemera.reports;

import static io.ephemera.reports.ResultSchema.assertOutcome;
import static io.ephemera.reports.ResultSchema.judge;
import static io.ephemera.reports.ResultSchema.row;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The judge")
class JudgeTest {

    static final String WHY = "the counter has stepped past 65534";

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

    /** 3,960 of 3,977 ports are in TIME_WAIT at the required rate. */
    private static SyntheticRun requiredOf2003(boolean kernel) {
        SyntheticRun run = SyntheticRun.windows2003().load(25.0, 10.0);
        run.required = 16.5;
        if (kernel) {
            run.wall("netns", 120);
        }
        return run.play();
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

    static List<Arguments> cases() {
        return List.of(
                row(
                        "a run without a refusal sustained",
                        SyntheticRun.of(run -> run.load(null, 5.0, 8.0)),
                        "sustained 0: no call was refused at 8.0 calls/s, as predicted: the threshold is 10.00"),
                row(
                        "a pattern that uses up no port sustained, without a threshold",
                        shared(false),
                        "sustained 0: no call was refused, as predicted: a call uses up no port"),
                row(
                        "in wall-clock time no exhaustion as predicted where no port should be used up",
                        shared(true).refuse(0, 1, 0),
                        "exhausted 1: 1 call refused with no free port, where no call should use one up"),
                row(
                        "in wall-clock time no threshold as predicted where nothing was refused",
                        SyntheticRun.onKernel(run -> run.load(9.5, 5.0)),
                        "sustained 1: no call was refused in the measured part of the saturated step"),
                row(
                        "in wall-clock time no stair as predicted that was refused calls well below the threshold",
                        onKernel().refuse(0, 20, 1),
                        "exhausted 1: calls were refused at 9.0 calls/s, below the predicted 10.00"),
                row(
                        "in wall-clock time no stair as predicted that should have been refused calls and was not",
                        SyntheticRun.onKernel(run -> run.saturatedRate = null).refuseNone(),
                        "sustained 1: no call was refused at 12.0 calls/s, where the first was predicted after 33.3 s"),
                row(
                        "in wall-clock time a requirement broken by a single failed call",
                        requiredOnKernel().fail(1, "timeout", 1),
                        "exhausted 1: 8.0 calls/s required, but 1 of 800 calls failed otherwise"),
                row(
                        "in wall-clock time no requirement to judge where measured and predicted are apart",
                        requiredOnKernel().measured(1_900),
                        "exhausted 1: measured 9.500 calls/s is 5.00 % below the predicted 10.00"),
                row(
                        "a requirement just below the threshold to hold, to the call, in virtual time",
                        requiredOf2003(false),
                        "exhausted 0: 16.5 calls/s is sustained, as required"),
                row(
                        "it inconclusive on a kernel, where it is as near as the kernel's timers are exact",
                        requiredOf2003(true),
                        "inconclusive 3: 16.5 calls/s is required, 0.43 % from the threshold: on a kernel's own stack that is "
                                + "as near as its timers are exact, 0.50 %"),
                row(
                        "it inconclusive there also where calls were refused",
                        requiredOf2003(true).refuse(1, 20, 1),
                        "inconclusive 3: 16.5 calls/s is required, 0.43 % from the threshold"),
                row(
                        "a run whose calls are to fail from one on failing, as predicted, if they do",
                        runaway().fail(0, "delegate", 100),
                        "failing 0: as predicted: every call fails from call 701 on: " + WHY),
                row(
                        "it not as predicted if they fail one call too late",
                        runaway().fail(0, "delegate", 99),
                        "failing 1: every call fails from call 702 on, but the schedule predicts that they do from call 701 on"),
                row(
                        "it not as predicted if they fail one call too early",
                        runaway().fail(0, "delegate", 101),
                        "failing 1: every call fails from call 700 on, but the schedule predicts that they do from call 701 on"),
                row(
                        "it not as predicted if no call fails",
                        runaway(),
                        "sustained 1: no call failed, but the schedule predicts that every call fails from call 701 on"),
                row(
                        "it never failing where calls were refused with no free port: that is exhaustion",
                        runaway().fail(0, "delegate", 90).refuse(0, 10, 0),
                        "exhausted 1: 10 calls refused with no free port, but the schedule predicts another failure"),
                row(
                        "it inconclusive where a single call failed for yet another reason",
                        runaway().fail(0, "delegate", 100).fail(0, "reset", 1),
                        "inconclusive 3: 1 call failed otherwise (reset 1)"),
                row(
                        "such failures inconclusive where they were not to come",
                        bounded(900).fail(0, "delegate", 100),
                        "inconclusive 3: 100 calls failed otherwise (delegate 100)"),
                row(
                        "a run sustained without a threshold where fewer ports may be in TIME_WAIT than there are",
                        bounded(900),
                        "sustained 0: no call was refused, as predicted: of 1,000 ports no more than 900 are in TIME_WAIT at once"),
                row(
                        "it not as predicted where more were",
                        bounded(700),
                        "sustained 1: 800 ports were in TIME_WAIT at once, where no more than 700 should be"),
                row(
                        "it as predicted on a kernel, whose table is read while entries come and go",
                        SyntheticRun.onKernel(most(799)),
                        "sustained 0: no call was refused, as predicted: of 1,000 ports no more than 799 are in TIME_WAIT at once"),
                row(
                        "a threshold where as many ports may be in TIME_WAIT as there are",
                        SyntheticRun.of(run -> run.mostTimeWait = 1_000),
                        "exhausted 0: as predicted to the call: predicted 10.00 calls/s"));
    }

    @ParameterizedTest(name = "finds {0}")
    @MethodSource("cases")
    void verdict(SyntheticRun run, String outcome) {
        RunResult result = assertOutcome(outcome, run);

        if (result.verdict() == Verdict.SUSTAINED) {
            assertNull(result.measured().thresholdCallsPerSecond());
            assertNull(result.measured().errorPercent());
            assertNull(result.measured().heldBy());
            assertNull(result.measured().firstExhaustedCallsPerSecond());
        }
    }

    @Test
    @DisplayName("finds a run as predicted exhausted above its threshold, exit code 0")
    void asExpected() {
        RunResult result = assertOutcome("exhausted 0: as predicted to the call", asPredicted());

        assertAll(
                () -> assertEquals(List.of(), result.judgement().reasons()),
                () -> assertEquals(10.0, result.predicted().thresholdCallsPerSecond()),
                () -> assertEquals(10.0, result.measured().thresholdCallsPerSecond()),
                () -> assertEquals(0.0, result.measured().errorPercent()),
                () -> assertEquals(1_000, result.measured().ports().peakTimeWait()),
                () -> assertEquals(HeldBy.TIME_WAIT, result.measured().heldBy()),
                () -> assertEquals(9.0, result.measured().highestSustainedCallsPerSecond()),
                () -> assertEquals(12.0, result.measured().firstExhaustedCallsPerSecond()),
                () -> assertEquals(33.417, result.predicted().secondsToFirstExhaustion()),
                () -> assertEquals(33.417, result.measured().first().secondsToFirstExhaustion()),
                () -> assertEquals(
                        List.of(State.SUSTAINED, State.EXHAUSTED, State.EXHAUSTED),
                        result.steps().stream().map(RunResult.Step::state).toList()),
                () -> assertEquals(900, result.steps().get(0).peakTimeWait()),
                () -> assertEquals(9.0, result.steps().get(0).calls().okCallsPerSecond()),
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

        assertEquals(Verdict.EXHAUSTED, result.verdict());
        assertEquals(errorPercent, result.measured().errorPercent());
        assertEquals(exitCode, result.exitCode());
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

        assertEquals(State.EXHAUSTED, result.steps().get(1).state());
        assertEquals(0, result.exitCode());
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
        assertEquals(exitCode, result.exitCode());
        assertEquals(Verdict.EXHAUSTED, result.verdict());
    }

    @Test
    @DisplayName("says that a foreign target was not counted")
    void foreign() {
        RunResult result = judge(asPredicted().foreign());

        assertEquals(0, result.exitCode());
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
    @DisplayName("finds no step sustained that was not finished, though no call of it failed")
    void unfinished() {
        RunResult result = judge(SyntheticRun.of(run -> run.load(null, 8.0)).drop(0, 787));

        assertEquals(State.UNFINISHED, result.steps().get(0).state());
        assertNull(result.measured().highestSustainedCallsPerSecond());
        assertEquals(
                State.UNFINISHED, judge(onKernel().drop(0, 5)).steps().get(0).state());
        assertEquals(
                State.SUSTAINED, judge(onKernel().drop(0, 4)).steps().get(0).state(), "0.44 % is within jitter");
    }

    @Test
    @DisplayName("judges no requirement by a run whose threshold is not the predicted one")
    void requiredApart() {
        assertEquals(
                new RunResult.Required(8, null),
                judge(requiredOnKernel().measured(1_900)).evidence().required());
        assertEquals(
                new RunResult.Required(8, true),
                judge(requiredOnKernel()).evidence().required());
    }

    @Test
    @DisplayName("gives the part of a step that was recorded its own rate")
    void partOfAStep() {
        RunResult result = judge(asPredicted().killedAfter(5));

        assertEquals(9.0, result.steps().get(0).calls().okCallsPerSecond());
        assertEquals(State.UNFINISHED, result.steps().get(0).state());
        assertNull(result.steps().get(1).calls().okCallsPerSecond());
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
        assertNull(result.measured().ports().portsPerCallByPool());
    }
}
