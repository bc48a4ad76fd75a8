package io.ephemera.simulations.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import io.ephemera.ports.plan.CallCost;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Load;
import io.ephemera.ports.plan.Plan;
import io.ephemera.ports.plan.Planner;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.PlannedStep.Outcome;
import io.ephemera.ports.run.Schedule;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code ephemera.test.seed} is the first of the seeds. */
@DisplayName("The steps of a run in virtual time, planned to the call,")
class StaircaseTest {

    private static final long FIRST_SEED = Long.getLong("ephemera.test.seed", 1);
    private static final Profile WINDOWS_2003 = ProfileCatalogue.find("windows-2003");
    private static final List<Usage> USAGES = List.of(
            Usage.of(Pattern.KEEP_ALIVE_OFF),
            Usage.of(Pattern.BASIC_CHALLENGED_CLOSE_EXCHANGE),
            Usage.of(Pattern.NTLM_CLOSE_CALL),
            new Usage(Pattern.DIGEST_PER_USER, 3));

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + 60);
    }

    private static Profile profile(int ports, Duration timeWait) {
        return WINDOWS_2003.withRange(new PortRange(1_024, 1_023 + ports)).withTimeWait(timeWait);
    }

    private static List<PlannedStep> virtual(
            Profile profile, int pools, Usage usage, @Nullable List<Double> rates, @Nullable Double required) {
        return staircase(profile, pools, Integer.MAX_VALUE, usage)
                .steps(new StaircaseSettings(rates, null, required), 1);
    }

    private static Staircase staircase(Profile profile, int pools, int mostTimeWait, Usage usage) {
        PortLimits limits =
                new PortLimits(profile.range().size() * pools, profile.timeWaitSeconds(), pools, mostTimeWait);
        return new Staircase(usage, limits, 48);
    }

    private static long refused(List<PlannedStep> steps) {
        return steps.stream().mapToLong(step -> outcome(step).exhausted()).sum();
    }

    private static Outcome outcome(PlannedStep step) {
        return Objects.requireNonNull(step.outcome());
    }

    private static Plan planner(List<PlannedStep> steps, Profile profile, int pools, Usage usage) {
        Schedule schedule = new Schedule(steps, 1);
        return Planner.plan(
                Load.of(
                        schedule.calls() / usage.callsPerUser(),
                        user -> schedule.startNanos(user * usage.callsPerUser())),
                new Limits(profile.range().size(), profile.timeWait(), Scope.DESTINATION, pools, List.of()),
                new CallCost(usage.connectionPlan().connections(), Duration.ZERO));
    }

    @ParameterizedTest(name = "of {0} ports and {1} s have the rates {2}")
    @CsvSource({
        "3977, 240, '10.0, 12.0, 14.0, 15.0, 16.0, 17.0, 18.0, 20.0'",
        "1000, 7, '86.0, 103.0, 120.0, 129.0, 137.0, 146.0, 154.0, 171.0'",
        "60, 90, '0.4, 0.48, 0.56, 0.6, 0.64, 0.68, 0.72, 0.8'",
        "64511, 240, '161.0, 194.0, 226.0, 242.0, 258.0, 274.0, 290.0, 323.0'"
    })
    void defaultRates(int ports, double timeWaitSeconds, String rates) {
        assertEquals(
                "[" + rates + "]",
                Staircase.defaultRates(new Capacity(ports, timeWaitSeconds, 1)).toString());
    }

    @ParameterizedTest(name = "come to what the planner says, with seed {0}")
    @MethodSource("seeds")
    void asPlanned(long seed) {
        Random random = new Random(seed);
        Usage usage = USAGES.get(random.nextInt(USAGES.size()));
        int pools = 1 + random.nextInt(4);
        Profile profile = profile(
                usage.connectionPlan().connections() + random.nextInt(300),
                Duration.ofMillis(1_000 + random.nextInt(240_000)));
        double threshold = usage.capacity(profile.range().size() * pools, profile.timeWaitSeconds())
                .thresholdCallsPerSecond();
        List<Double> rates = random.nextBoolean()
                ? null
                : List.of(threshold * (0.5 + random.nextDouble() / 3), threshold * (0.9 + random.nextDouble()));
        List<PlannedStep> steps = virtual(profile, pools, usage, rates, null);
        Plan plan = planner(steps, profile, pools, usage);
        String load = "seed " + seed + ": " + usage + " over " + pools + " times " + profile.range() + " with "
                + profile.timeWait();
        assertEquals(plan.refused() * usage.callsPerUser(), refused(steps), load);
        for (PlannedStep step : steps) {
            assertEquals(step.calls(), outcome(step).ok() + outcome(step).exhausted(), load);
            assertEquals(outcome(step).exhausted() == 0, step.secondsToFirstExhaustion() == null, load);
        }
        Schedule schedule = new Schedule(steps, 1);
        Plan.Refusal first = Objects.requireNonNull(plan.firstRefusal(), load);
        int step = schedule.stepOf(first.call() * usage.callsPerUser());
        assertEquals(
                (first.atNanos() - schedule.stepStartNanos(step)) / 1e9,
                steps.get(step).secondsToFirstExhaustion(),
                load);
        assertEquals(0, refused(steps.subList(0, step)), load);
    }

    @Test
    @DisplayName(
            "of windows-2003 first run out of ports 137 s into 17 calls/s, and show the threshold in one TIME_WAIT")
    void classic() {
        List<PlannedStep> steps = virtual(WINDOWS_2003, 1, Usage.of(Pattern.KEEP_ALIVE_OFF), null, null);
        assertEquals(9, steps.size());
        assertEquals(0, refused(steps.subList(0, 5)));
        assertEquals(136.647, Objects.requireNonNull(steps.get(5).secondsToFirstExhaustion()), 0.0005);
        PlannedStep saturated = steps.get(8);
        assertEquals(Kind.SATURATED, saturated.kind());
        assertEquals(20.0, saturated.offeredCallsPerSecond(), "as the last stair, which has settled");
        assertEquals(0, saturated.steady().settleSeconds());
        assertEquals(1, saturated.steady().windows());
        assertEquals(3_977, WindowedReplay.successes(WINDOWS_2003, 1, Usage.of(Pattern.KEEP_ALIVE_OFF), steps));
    }

    @Test
    @DisplayName("have a rate that is required in its place")
    void required() {
        List<PlannedStep> steps = virtual(WINDOWS_2003, 1, Usage.of(Pattern.KEEP_ALIVE_OFF), List.of(10.0, 20.0), 16.5);
        assertEquals(
                List.of(Kind.STAIR, Kind.REQUIRED, Kind.STAIR, Kind.SATURATED),
                steps.stream().map(PlannedStep::kind).toList());
        assertEquals(0, outcome(steps.get(1)).exhausted());
        assertTrue(outcome(steps.get(2)).exhausted() > 0);
    }

    @Test
    @DisplayName("have no saturated one where no call leaves a TIME_WAIT, or fewer ports than there are may be in it")
    void unsaturated() {
        List<PlannedStep> shared = virtual(WINDOWS_2003, 1, Usage.of(Pattern.KEEP_ALIVE_SHARED), null, null);
        List<PlannedStep> bounded = staircase(WINDOWS_2003, 1, 3_976, Usage.of(Pattern.KEEP_ALIVE_OFF))
                .steps(StaircaseSettings.NONE, 1);
        for (List<PlannedStep> steps : List.of(shared, bounded)) {
            assertEquals(8, steps.size());
            assertEquals(0, refused(steps));
            steps.forEach(step -> assertNull(step.secondsToFirstExhaustion()));
        }
    }

    @ParameterizedTest(
            name = "of a row over {0} ports with {1} s, {2} pools: {3} has the threshold in its windows, to the call")
    @CsvSource({
        "3977, 240, 1, keep-alive-off",
        "1000, 7,   1, keep-alive-off",
        "60,   90,  1, keep-alive-off",
        "60,   30,  4, keep-alive-off",
        "5,    2,   1, keep-alive-off",
        "1,    1,   1, keep-alive-off",
        "60,   90,  1, keep-alive-per-user",
        "24,   11,  1, basic-challenged-close-exchange"
    })
    void row(int ports, int timeWaitSeconds, int pools, String pattern) {
        Profile profile = profile(ports, Duration.ofSeconds(timeWaitSeconds));
        Usage usage = Usage.of(Pattern.parse(pattern));
        List<PlannedStep> steps =
                staircase(profile, pools, Integer.MAX_VALUE, usage).row(null);
        assertEquals(1, steps.size());
        double threshold = usage.capacity(ports * pools, timeWaitSeconds).thresholdCallsPerSecond();
        assertEquals(
                Math.round(threshold * steps.get(0).steady().windows() * timeWaitSeconds),
                WindowedReplay.successes(profile, pools, usage, steps));
        assertEquals(planner(steps, profile, pools, usage).refused() * usage.callsPerUser(), refused(steps));
    }

    @Test
    @DisplayName("of a row without a threshold are more than the ports would suffice for")
    void bound() {
        PlannedStep step = staircase(WINDOWS_2003, 1, Integer.MAX_VALUE, Usage.of(Pattern.SERVER_CLOSES_FIRST))
                .row(500.0)
                .get(0);
        assertEquals(Kind.STAIR, step.kind());
        assertTrue(step.offeredCallsPerSecond() >= 500);
        assertTrue(step.calls() > 3_977);
        assertEquals(0, outcome(step).exhausted());
    }
}
