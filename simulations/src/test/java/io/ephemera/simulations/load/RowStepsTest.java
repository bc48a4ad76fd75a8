package io.ephemera.simulations.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A row of a matrix, in virtual time,")
class RowStepsTest {

    private static final RemoteEndpoint ANYWHERE = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);

    /** What became of the calls of a row whose ports are held for a part of the TIME_WAIT that the plan believes in. */
    private record Replayed(long calls, long refusedBelow, double measuredCallsPerSecond) {

        static Replayed of(Profile profile, RowSteps row, Usage usage, double holdOfTimeWait) {
            PortPool pool = new PortPool(
                    profile.range(),
                    Math.round(profile.timeWaitSeconds() * holdOfTimeWait / row.speedup() * 1e9),
                    Scope.GLOBAL,
                    SelectionOrder.sequential());
            Schedule schedule = new Schedule(row.steps(), row.speedup());
            PlannedStep saturated = row.steps().get(row.steps().size() - 1);
            double from = (saturated.startSeconds() + saturated.settleSeconds()) / row.speedup() * 1e9;
            double to = from + saturated.windows() * profile.timeWaitSeconds() / row.speedup() * 1e9;
            long inWindows = 0;
            long refusedBelow = 0;
            for (long n = 0; n < schedule.calls(); n += usage.callsPerUser()) {
                long now = schedule.startNanos(n);
                boolean refused = false;
                for (int port = 0; port < usage.portsPerUser() && !refused; port++) {
                    long lease = pool.lease(ANYWHERE, now);
                    refused = lease == PortPool.EXHAUSTED;
                    if (!refused) {
                        pool.release(lease, Release.ACTIVE_CLOSE, now);
                    }
                }
                if (refused && row.steps().get(schedule.stepOf(n)).kind() == Kind.STAIR) {
                    refusedBelow++;
                }
                inWindows += !refused && now >= from && now < to ? usage.callsPerUser() : 0;
            }
            return new Replayed(
                    schedule.calls(), refusedBelow, inWindows / (saturated.windows() * profile.timeWaitSeconds()));
        }
    }

    private static Profile profile(int ports, String timeWait) {
        return ProfileCatalogue.find("windows-2003")
                .withRange(new PortRange(1024, 1023 + ports))
                .withTimeWait(Duration.parse("PT" + timeWait));
    }

    private static final String ROWS = """
            # ports | TIME_WAIT | pattern                    | threshold
            3977    | 240S      | keep-alive-off             | 16.571
            64511   | 240S      | keep-alive-off             | 268.796
            3977    | 30S       | keep-alive-off             | 132.567
            64511   | 30S       | keep-alive-off             | 2150.367
            28232   | 60S       | keep-alive-off             | 470.533
            3977    | 240S      | keep-alive-per-user        | 82.854
            3977    | 240S      | ntlm-close-call            | 16.571
            3977    | 240S      | basic-challenged-close-leg | 8.285
            300     | 30S       | keep-alive-off             | 10.0
            """;

    @ParameterizedTest(name = "{0} ports for {1} with {2}: measures {3} calls/s, and is sustained below")
    @CsvSource(delimiter = '|', textBlock = ROWS)
    void measures(int ports, String timeWait, String pattern, double threshold) {
        Profile profile = profile(ports, timeWait);
        Usage usage = Usage.of(Pattern.parse(pattern));
        RowSteps row = RowSteps.plan(profile, ports, 1, usage, null);
        assertFalse(row.isBounded());
        Replayed replayed = Replayed.of(profile, row, usage, 1);
        // A refused call of two ports can waste one, see Staircase.
        assertEquals(
                threshold, replayed.measuredCallsPerSecond, threshold * (usage.portsPerCall() > 1 ? 0.004 : 0.003));
        assertEquals(0, replayed.refusedBelow);
    }

    @ParameterizedTest(name = "{0} ports for {1}: takes at most 1.2 calls a port, and one TIME_WAIT")
    @CsvSource({"64511, 240S", "64511, 30S", "60534, 240S", "28232, 60S"})
    void fewCalls(int ports, String timeWait) {
        Usage usage = Usage.of(Pattern.KEEP_ALIVE_OFF);
        RowSteps row = RowSteps.plan(profile(ports, timeWait), ports, 1, usage, null);
        assertEquals(1, row.steps().size());
        assertTrue(row.steps().get(0).calls() <= 1.2 * ports, () -> row.toString());
        assertTrue(row.steps().get(0).durationSeconds()
                <= 1.1 * profile(ports, timeWait).timeWaitSeconds());
    }

    /** From an empty pool P (1 - δ (1 + x)) successes, with x = 0.05; where ports never come back, P less those of the settling. */
    @ParameterizedTest(name = "of ports that come back at {0} of their TIME_WAIT is {1} of the prediction")
    @CsvSource({"1.00, 1.0", "1.01, 0.9895", "0.99, 1.0105", "1.03, 0.9685", "9.00, 0.956"})
    void wrongTimeWait(double holdOfTimeWait, double share) {
        Profile profile = profile(64_511, "240S");
        Usage usage = Usage.of(Pattern.KEEP_ALIVE_OFF);
        RowSteps row = RowSteps.plan(profile, 64_511, 1, usage, null);
        double measured = Replayed.of(profile, row, usage, holdOfTimeWait).measuredCallsPerSecond;
        assertEquals(share, measured / (64_511 / 240.0), 0.001);
    }

    @ParameterizedTest(
            name = "with {0} is bounded: at the generator's highest rate, by more calls than there are ports")
    @CsvSource({"keep-alive-shared", "server-closes-first", "ntlm-shared"})
    void bounded(String pattern) {
        Usage usage = Usage.of(Pattern.parse(pattern));
        RowSteps row = RowSteps.plan(profile(3977, "240S"), 3977, 1, usage, null);
        assertTrue(row.isBounded());
        assertEquals(1, row.speedup());
        assertEquals(Kind.STAIR, row.steps().get(0).kind());
        assertTrue(row.steps().get(0).calls() >= 2 * 3977);
    }

    @Test
    @DisplayName("with a threshold beyond the generator's reach is bounded too, for two TIME_WAITs or more")
    void beyondReach() {
        RowSteps row = RowSteps.plan(profile(28_232, "1S"), 28_232, 1, Usage.of(Pattern.KEEP_ALIVE_OFF), null);
        assertTrue(row.isBounded());
        assertTrue(row.steps().get(0).offeredCallsPerSecond() < 28_232);
        assertTrue(row.steps().get(0).durationSeconds() >= 2);
        assertTrue(row.steps().get(0).calls() > 28_232);
    }

    @Test
    @DisplayName("never asks more of the generator than it can offer, and has the speedup that it is given")
    void speedup() {
        Profile profile = profile(64_511, "30S");
        Usage usage = Usage.of(Pattern.KEEP_ALIVE_OFF);
        RowSteps row = RowSteps.plan(profile, 64_511, 1, usage, null);
        assertTrue(row.steps().get(0).offeredCallsPerSecond() * row.speedup() <= RowSteps.LEGS_PER_WALL_SECOND);
        assertEquals(1.5, RowSteps.plan(profile, 64_511, 1, usage, 1.5).speedup());
    }

    @Test
    @DisplayName("whose counter is to run away has calls beyond that, at a rate that its ports would carry")
    void runaway() {
        Usage usage = Usage.of(Pattern.KEEP_ALIVE_OFF);
        RowSteps row = RowSteps.runaway(profile(4_535, "240S"), 4_535, usage, null, 4_535);
        assertEquals(1, row.steps().size());
        PlannedStep only = row.steps().get(0);
        assertEquals(Kind.STAIR, only.kind());
        assertTrue(only.offeredCallsPerSecond() < 4_535 / 240.0);
        assertTrue(only.calls() >= 4_535 + 100 && only.calls() < 1.2 * 4_535, () -> only.toString());
        assertTrue(only.offeredCallsPerSecond() * row.speedup() <= RowSteps.LEGS_PER_WALL_SECOND);
        assertEquals((double) only.calls(), only.offeredCallsPerSecond() * only.durationSeconds(), 1e-6);
        assertEquals(
                7.0,
                RowSteps.runaway(profile(4_535, "240S"), 4_535, usage, 7.0, 4_535)
                        .speedup());
    }

    @Test
    @DisplayName(
            "whose TIME_WAIT is bounded by fewer ports than there are is a bound, by more calls than there are ports")
    void neverExhausted() {
        Usage usage = Usage.of(Pattern.KEEP_ALIVE_OFF);
        RowSteps row = RowSteps.neverExhausted(profile(12_000, "60S"), 12_000, usage, null);
        assertTrue(row.isBounded());
        assertEquals(RowSteps.LEGS_PER_WALL_SECOND, row.steps().get(0).offeredCallsPerSecond());
        assertTrue(row.steps().get(0).calls() >= 1.5 * 12_000);
        assertTrue(row.steps().get(0).durationSeconds() < 60, "none comes back by time");
    }
}
