package io.ephemera.simulations.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The staircase on a kernel's stack")
class WallStaircaseTest {

    private static final Profile WINDOWS_2003 = ProfileCatalogue.find("windows-2003");
    private static final Usage ONE_PORT = Usage.of(Pattern.KEEP_ALIVE_OFF);

    private static List<PlannedStep> plan(Profile profile, Usage usage, Wishes wishes) {
        return new WallStaircase(usage, PortLimits.of(profile), 48).steps(wishes, Duration.ZERO, 2);
    }

    private static Wishes rates(Double... rates) {
        return new Wishes(List.of(rates), null, null);
    }

    private static Profile profile(int ports, int timeWaitSeconds) {
        return WINDOWS_2003
                .withRange(new PortRange(1024, 1023 + ports))
                .withTimeWait(Duration.ofSeconds(timeWaitSeconds));
    }

    @Test
    @DisplayName(
            "of windows-2003 climbs from 10 to 20 calls/s without gaps, runs out of ports at 17, and ends saturated")
    void classic() {
        List<PlannedStep> steps = plan(WINDOWS_2003, ONE_PORT, Wishes.NONE);
        assertEquals(9, steps.size());
        for (int i = 0; i < 8; i++) {
            PlannedStep step = steps.get(i);
            assertEquals(Kind.STAIR, step.kind());
            assertEquals(249.6, step.durationSeconds());
            assertEquals(i * 249.6, step.startSeconds(), 1e-6);
            assertNull(step.outcome(), "on the wall no call is planned by itself");
            assertEquals(i == 5, step.secondsToFirstExhaustion() != null, "those after it have not settled before");
        }
        assertFirstExhaustion(136.647, steps.get(5));
        PlannedStep saturated = steps.get(8);
        assertEquals(Kind.SATURATED, saturated.kind());
        assertEquals(22.0, saturated.offeredCallsPerSecond());
        assertEquals(2, saturated.steady().windows());
        assertEquals(0, saturated.steady().settleSeconds(), "the step before is exhausted already");
        assertEquals(490.0, saturated.durationSeconds(), "two TIME_WAITs and two slices");
    }

    private static void assertFirstExhaustion(double seconds, PlannedStep step) {
        assertEquals(seconds, Objects.requireNonNull(step.secondsToFirstExhaustion()), 0.001);
    }

    @Test
    @DisplayName("has the first user of a kept connection refused when as many have come as there are ports")
    void firstExhaustionOfUsers() {
        // As 16 and 17 users a second.
        Usage kept = new Usage(Pattern.KEEP_ALIVE_PER_USER, 5);
        assertFirstExhaustion(
                136.647, plan(WINDOWS_2003, kept, rates(80.0, 85.0)).get(1));
    }

    @Test
    @DisplayName("has a step at exactly the rate that is required, in its place")
    void required() {
        List<PlannedStep> steps = plan(WINDOWS_2003, ONE_PORT, new Wishes(List.of(10.0, 20.0), null, 16.5));
        assertEquals(
                List.of(Kind.STAIR, Kind.REQUIRED, Kind.STAIR, Kind.SATURATED),
                steps.stream().map(PlannedStep::kind).toList());
        assertEquals(16.5, steps.get(1).offeredCallsPerSecond());
    }

    @Test
    @DisplayName("waits until the pool is full before it measures, where the last stair is sustained")
    void settles() {
        List<PlannedStep> steps = plan(WINDOWS_2003, ONE_PORT, new Wishes(List.of(16.0), Duration.ofMinutes(4), null));
        assertEquals((3977 - 16 * 240) / (22.0 - 16), steps.get(1).steady().settleSeconds(), 1e-9);
    }

    @ParameterizedTest(name = "has no saturated step over {0} ports with pattern {1}")
    @CsvSource({"3977, keep-alive-shared", "999, basic-challenged-close-leg"})
    void unsaturated(int ports, String pattern) {
        List<PlannedStep> steps = plan(profile(ports, 240), Usage.of(Pattern.parse(pattern)), rates(7.0));
        assertEquals(List.of(Kind.STAIR), steps.stream().map(PlannedStep::kind).toList());
        assertTrue(ports == 999 || steps.get(0).secondsToFirstExhaustion() == null);
    }

    @Test
    @DisplayName("saturates a small pool harder, over windows enough for a thousand successes")
    void smallPool() {
        PlannedStep saturated = plan(profile(60, 90), ONE_PORT, Wishes.NONE).get(8);
        assertEquals(18, saturated.steady().windows());
        assertTrue(saturated.offeredCallsPerSecond() * 90 >= 2500, "a freed port waits at most 0.02 % of a TIME_WAIT");
    }

    @Test
    @DisplayName("has the calls of whole users in each step")
    void wholeUsers() {
        for (PlannedStep step : plan(WINDOWS_2003, new Usage(Pattern.DIGEST_PER_USER, 7), Wishes.NONE)) {
            assertEquals(0, step.calls() % 7);
            double offered = step.offeredCallsPerSecond() * step.durationSeconds();
            assertTrue(step.calls() >= offered && step.calls() < offered + 7, step.calls() + " of " + offered);
        }
    }

    @ParameterizedTest(
            name = "has successes at the threshold of {0} ports and {1} s in the saturated step, {2} to a user")
    @CsvSource({"3977, 240, 5", "1000, 60, 5", "1000, 60, 3", "1000, 60, 100", "60, 90, 5"})
    void threshold(int ports, int timeWaitSeconds, int callsPerUser) {
        Profile profile = profile(ports, timeWaitSeconds);
        Usage usage = new Usage(Pattern.KEEP_ALIVE_PER_USER, callsPerUser);
        double threshold = usage.capacity(ports, timeWaitSeconds).thresholdCallsPerSecond();
        List<PlannedStep> steps = plan(profile, usage, rates(Math.rint(threshold * 90) / 100));
        double seconds = steps.get(steps.size() - 1).steady().windows() * profile.timeWaitSeconds();
        double measured = WindowedReplay.successes(profile, 1, usage, steps) / seconds;
        assertEquals(threshold, measured, 0.002 * threshold);
    }
}
