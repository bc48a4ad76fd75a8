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

    private static final Usage TWO_PORTS = Usage.of(Pattern.BASIC_CHALLENGED_CLOSE_EXCHANGE);

    private static List<PlannedStep> plan(Profile profile, Usage usage, StaircaseSettings given) {
        return new WallStaircase(usage, PortLimits.of(profile), 48).steps(given, Duration.ZERO, 2);
    }

    private static StaircaseSettings rates(Double... rates) {
        return new StaircaseSettings(List.of(rates), null, null);
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
        List<PlannedStep> steps = plan(WINDOWS_2003, ONE_PORT, StaircaseSettings.NONE);
        assertEquals(9, steps.size());
        for (int i = 0; i < 8; i++) {
            PlannedStep step = steps.get(i);
            assertEquals(Kind.STAIR, step.kind());
            assertEquals(249.6, step.durationSeconds());
            assertEquals(i * 249.6, step.startSeconds(), 1e-6);
            assertNull(step.outcome(), "in wall-clock time no call is planned by itself");
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
    @DisplayName("waits until the pool is full before it measures, where the last stair is sustained")
    void settles() {
        List<PlannedStep> steps =
                plan(WINDOWS_2003, ONE_PORT, new StaircaseSettings(List.of(16.0), Duration.ofMinutes(4), null));
        assertEquals((3977 - 16 * 240) / (22.0 - 16), steps.get(1).steady().settleSeconds(), 1e-9);
    }

    @ParameterizedTest(name = "has no saturated step over {0} ports with pattern {1}")
    @CsvSource({"3977, keep-alive-shared", "999, basic-challenged-close-exchange"})
    void unsaturated(int ports, String pattern) {
        List<PlannedStep> steps = plan(profile(ports, 240), Usage.of(Pattern.parse(pattern)), rates(7.0));
        assertEquals(List.of(Kind.STAIR), steps.stream().map(PlannedStep::kind).toList());
        assertTrue(ports == 999 || steps.get(0).secondsToFirstExhaustion() == null);
    }

    @Test
    @DisplayName("saturates a small pool harder, over windows enough for a thousand successes")
    void smallPool() {
        PlannedStep saturated =
                plan(profile(60, 90), ONE_PORT, StaircaseSettings.NONE).get(8);
        assertEquals(18, saturated.steady().windows());
        assertTrue(saturated.offeredCallsPerSecond() * 90 >= 2500, "a freed port waits at most 0.02 % of a TIME_WAIT");
    }

    @Test
    @DisplayName("has the calls of whole users in each step")
    void wholeUsers() {
        for (PlannedStep step : plan(WINDOWS_2003, new Usage(Pattern.DIGEST_PER_USER, 7), StaircaseSettings.NONE)) {
            assertEquals(0, step.calls() % 7);
            double offered = step.offeredCallsPerSecond() * step.durationSeconds();
            assertTrue(step.calls() >= offered && step.calls() < offered + 7, step.calls() + " of " + offered);
        }
    }

    @ParameterizedTest(
            name =
                    "has successes at the threshold of {0} ports and {1} s in the saturated step, {2}, {3} to a user, jitter {5}")
    @CsvSource({
        "3977, 240, keep-alive-per-user, 5, 15, 0, 0",
        "1000, 60, keep-alive-per-user, 5, 75, 0, 0",
        "1000, 60, keep-alive-per-user, 3, 45, 0, 0",
        "1000, 60, keep-alive-per-user, 100, 1500, 0, 0",
        "60, 90, keep-alive-per-user, 5, 3, 0, 0",
        "3977, 240, basic-challenged-close-exchange, 1, 8, 0, 0",
        "3977, 240, basic-challenged-close-exchange, 1, 10, 0, 0",
        "3977, 240, basic-challenged-close-exchange, 1, 8, 0.5, 0.3",
        "3977, 240, basic-challenged-close-exchange, 1, 10, 0.5, 0.3",
        "1000, 60, basic-challenged-close-exchange, 1, 8, 0, 0",
        "1000, 60, basic-challenged-close-exchange, 1, 10, 0, 0"
    })
    void threshold(
            int ports, int timeWaitSeconds, String pattern, int callsPerUser, double rate, double jitter, double gaps) {
        Profile profile = profile(ports, timeWaitSeconds);
        Usage usage = new Usage(Pattern.parse(pattern), callsPerUser);
        double threshold = usage.capacity(ports, timeWaitSeconds).thresholdCallsPerSecond();
        List<PlannedStep> steps = plan(profile, usage, rates(0.9 * rate, rate));
        double seconds = steps.get(steps.size() - 1).steady().windows() * profile.timeWaitSeconds();
        double measured = WindowedReplay.successes(profile, 1, usage, steps, jitter, gaps) / seconds;
        assertEquals(threshold, measured, 0.002 * threshold);
    }

    @Test
    @DisplayName("of calls of two ports ends 0.2 % above the threshold, one TIME_WAIT after the pool is full")
    void twoPorts() {
        List<PlannedStep> steps = plan(WINDOWS_2003, TWO_PORTS, rates(7.0, 8.0));
        PlannedStep saturated = steps.get(2);
        double threshold = 3977 / 480.0;
        assertEquals(Kind.SATURATED, saturated.kind());
        assertEquals(threshold * 1.002, saturated.offeredCallsPerSecond(), 1e-6);
        double full = (3977 / 2.0 - 8 * 240) / (threshold * 1.002 - 8);
        assertEquals(full + 240, saturated.steady().settleSeconds(), 1e-2);
        assertEquals(2, saturated.steady().windows());
    }

    @Test
    @DisplayName("of calls of two ports has its first refusal when the odd port is left alone")
    void oddPort() {
        PlannedStep ten = plan(WINDOWS_2003, TWO_PORTS, rates(8.0, 10.0)).get(1);
        // 1,920 calls hold 3,840 ports; of the 137 others 68 calls take two, beyond the 2 that come back for each 1/8
        // s.
        assertEquals((3977 / 2 - 1920) / 2.0, Objects.requireNonNull(ten.secondsToFirstExhaustion()), 0.6);
    }
}
