package io.ephemera.simulations.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Calls on a connection that is kept for a user")
class KeptForUserTest {

    private static final Profile WINDOWS_2003 = ProfileCatalogue.find("windows-2003");
    private static final RemoteEndpoint ANYWHERE = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);

    private static List<PlannedStep> plan(Profile profile, Usage usage, @Nullable List<Double> rates) {
        return Staircase.plan(profile, profile.range().size(), 1, usage, 1, 48, rates, null, Duration.ZERO, null, 2);
    }

    @ParameterizedTest(name = "of {0}, {1} each, take {2} ports and {3} legs a call, {4} on a connection")
    @CsvSource({
        "keep-alive-per-user, 5, 0.2, 1, 5",
        "basic-preemptive-per-user, 4, 0.25, 1, 4",
        "basic-challenged-per-user, 5, 0.2, 1.2, 6",
        "digest-per-user, 10, 0.1, 1.1, 11",
        "ntlm-per-user, 5, 0.2, 1.4, 7",
        "ntlm-per-user, 1, 1, 3, 3"
    })
    void cost(String pattern, int callsPerUser, double portsPerCall, double legsPerCall, int legsPerConnection) {
        Usage usage = new Usage(Pattern.parse(pattern), callsPerUser);
        assertEquals(portsPerCall, usage.portsPerCall());
        assertEquals(1, usage.portsPerUser());
        assertEquals(legsPerCall, usage.legsPerCall(), 1e-12);
        assertEquals(legsPerConnection, usage.legsPerConnection());
    }

    @Test
    @DisplayName("are several only where the pattern keeps connections for users")
    void several() {
        assertThrows(IllegalArgumentException.class, () -> new Usage(Pattern.NTLM_CLOSE_CALL, 2));
        assertThrows(IllegalArgumentException.class, () -> new Usage(Pattern.NTLM_PER_USER, 0));
        assertEquals(1, Usage.of(Pattern.NTLM_CLOSE_CALL).callsPerUser());
    }

    @Test
    @DisplayName("come in whole users, each in one step")
    void wholeUsers() {
        for (PlannedStep step : plan(WINDOWS_2003, new Usage(Pattern.DIGEST_PER_USER, 7), null)) {
            assertEquals(0, step.calls() % 7);
            double offered = step.offeredCallsPerSecond() * step.durationSeconds();
            assertTrue(step.calls() >= offered && step.calls() < offered + 7, step.calls() + " of " + offered);
        }
    }

    @Test
    @DisplayName("first run out of ports when as many users have come as there are ports")
    void firstExhaustion() {
        List<PlannedStep> steps = plan(WINDOWS_2003, new Usage(Pattern.KEEP_ALIVE_PER_USER, 5), List.of(80.0, 85.0));
        // As 16 and 17 users a second: 136.647 s, see the staircase of calls of one port.
        assertEquals(136.647, steps.get(1).secondsToFirstExhaustion());
    }

    @ParameterizedTest(name = "succeed at the threshold of {0} ports and {1} s in the saturated step, {2} each")
    @CsvSource({"3977, 240, 5", "1000, 60, 5", "1000, 60, 3", "1000, 60, 100", "60, 90, 5"})
    void threshold(int ports, int timeWaitSeconds, int callsPerUser) {
        Profile profile = WINDOWS_2003
                .withRange(new PortRange(1024, 1023 + ports))
                .withTimeWait(Duration.ofSeconds(timeWaitSeconds));
        Usage usage = new Usage(Pattern.KEEP_ALIVE_PER_USER, callsPerUser);
        double threshold = usage.capacity(ports, timeWaitSeconds).thresholdCallsPerSecond();
        List<PlannedStep> steps = plan(profile, usage, List.of(Math.rint(threshold * 90) / 100));
        PlannedStep saturated = steps.get(steps.size() - 1);
        double from = saturated.startSeconds() + saturated.settleSeconds();
        double seconds = saturated.windows() * profile.timeWaitSeconds();
        Schedule schedule = new Schedule(steps, 1);
        PortPool pool =
                new PortPool(profile.range(), profile.timeWait().toNanos(), Scope.GLOBAL, SelectionOrder.sequential());
        long successes = 0;
        for (long n = 0; n < schedule.calls(); n += callsPerUser) {
            long now = schedule.startNanos(n);
            long lease = pool.lease(ANYWHERE, now);
            if (lease != PortPool.EXHAUSTED) {
                pool.release(lease, Release.ACTIVE_CLOSE, now);
                successes += now / 1e9 >= from && now / 1e9 < from + seconds ? callsPerUser : 0;
            }
        }
        assertEquals(threshold, successes / seconds, 0.002 * threshold);
    }
}
