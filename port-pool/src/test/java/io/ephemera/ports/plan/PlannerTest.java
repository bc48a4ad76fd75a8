package io.ephemera.ports.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.Durations;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.Scope;
import io.ephemera.ports.plan.Change.Kind;
import io.ephemera.ports.plan.Plan.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A plan")
class PlannerTest {

    private static final Limits WINDOWS_2003 = Limits.of(ProfileCatalogue.entry("windows-2003"));
    private static final Duration HOUR = Duration.ofHours(1);

    private static String kinds(Plan plan) {
        return plan.changes().stream().map(change -> change.kind().toString()).collect(Collectors.joining(" "));
    }

    @Test
    @DisplayName("of 20 calls/s on windows-2003 has call 3,977 refused after 198.85 s, as the formula says")
    void twentyCallsPerSecond() {
        Plan plan = Planner.plan(Load.constant(20, HOUR), WINDOWS_2003, CallCost.ONE_PORT);
        assertEquals(new Refusal(3_977, 198_850_000_000L), plan.firstRefusal());
        assertEquals(OptionalDouble.of(198.85), plan.secondsToFirstExhaustion());
        assertEquals(new Capacity(3_977, 240, 1).secondsToFirstExhaustion(0, 20), plan.secondsToFirstExhaustion());
        assertEquals(3_977 / 240.0, plan.highestSafeCallsPerSecond());
        assertEquals(3_977 / 4_800.0, plan.headroom(), 1e-12);
        assertEquals(3_977, plan.peakTimeWait());
        assertEquals(72_000, plan.calls());
        assertEquals(15 * 3_977, plan.ok());
    }

    @ParameterizedTest(name = "of {0} calls/s on {1}, {2} ports a call, lasting {3}: {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                "16    | windows-2003      | 1 | 1h   | All 57,600 calls find a port: at most 3,840 of 3,977 are in TIME_WAIT, and 1.04 times as many calls would pass.",
                "16.5  | windows-2003      | 1 | 1h   | All 59,400 calls find a port: at most 3,960 of 3,977 are in TIME_WAIT, and 1.00 times as many calls would pass.",
                "17    | windows-2003      | 1 | 1h   | 1,545 of 61,200 calls fail, the first after 233.94 s. TcpTimedWaitDelay=30 makes it pass: 132.6 calls/s are safe then.",
                "20    | windows-2003      | 1 | 1h   | 12,345 of 72,000 calls fail, the first after 198.85 s. TcpTimedWaitDelay=30 makes it pass: 132.6 calls/s are safe then.",
                "200   | windows-2003      | 1 | 1h   | 660,345 of 720,000 calls fail, the first after 19.89 s. MaxUserPort=65534 makes it pass: 268.8 calls/s are safe then.",
                "1000  | windows-2003      | 1 | 1h   | 3,540,345 of 3,600,000 calls fail, the first after 3.98 s. MaxUserPort=65534 and TcpTimedWaitDelay=30 make it pass: 2,150.4 calls/s are safe then.",
                "10    | windows-2003      | 2 | 1h   | 6,180 of 36,000 calls fail, the first after 198.80 s. TcpTimedWaitDelay=30 makes it pass: 66.3 calls/s are safe then.",
                "1     | azure-app-service | 1 | 1h   | 1,680 of 3,600 calls fail, the first after 128.00 s. regional VNet integration with a NAT gateway makes it pass: 769.2 calls/s are safe then.",
                "4000  | windows-2003-both | 1 | 1m   | 110,978 of 240,000 calls fail, the first after 16.13 s. Use each connection for at least 2 requests.",
                "10    | gcp-cloud-nat     | 1 | 10m  | 4,720 of 6,000 calls fail, the first after 6.40 s. minPortsPerVm=300 (512 with dynamic allocation, which takes powers of two) makes it pass: 10.0 calls/s are safe then.",
                "2150  | gcp-cloud-nat     | 1 | 1m   | 128,872 of 129,000 calls fail, the first after 0.03 s. minPortsPerVm=64500 (65536 with dynamic allocation, which takes powers of two) makes it pass: 2,150.0 calls/s are safe then.",
                "1600  | azure-nat-gateway | 1 | 10m  | 486,000 of 960,000 calls fail, the first after 31.25 s. 3 public IP addresses makes it pass: 2,307.7 calls/s are safe then.",
                "500   | linux             | 1 | 1m   | 1,768 of 30,000 calls fail, the first after 56.46 s. net.ipv4.ip_local_port_range=\"1024 65535\" makes it pass: 1,075.2 calls/s are safe then.",
            })
    void sentences(double rate, String profile, int portsPerCall, String lasting, String sentence) {
        Plan plan = Planner.plan(
                Load.constant(rate, Durations.parse(lasting)),
                Limits.of(ProfileCatalogue.entry(profile)),
                new CallCost(portsPerCall, Duration.ZERO));
        assertEquals(sentence, plan.sentence());
    }

    @ParameterizedTest(
            name = "of {1} calls/s with {0} of 3,977 ports in TIME_WAIT before it: first refusal after {2} s, {3}")
    @CsvSource({
        // (3,977 - 2,000) / 10 calls/s; those that were taken are back at 240 s, and 10 calls/s go on for ever
        "2000, 10, 197.7, 423",
        "1577, 10, -1, 0",
        "1578, 10, 239.9, 1",
        "3976, 1, 1, 239",
        "0, 16, -1, 0",
    })
    void taken(int taken, double rate, double first, long refused) {
        Limits limits = WINDOWS_2003.withTaken(taken);
        Plan plan = Planner.plan(Load.constant(rate, HOUR), limits, CallCost.ONE_PORT);
        assertEquals(refused, plan.refused());
        assertEquals(first, plan.secondsToFirstExhaustion().orElse(-1));
        assertEquals(refused > 0, plan.headroom() < 1, () -> "headroom " + plan.headroom());
        assertEquals(3_977 / 240.0, plan.highestSafeCallsPerSecond());
    }

    @Test
    @DisplayName(
            "of other limits of a platform keeps the documented changes that still change something for the better")
    void overridden() {
        Limits linux = Limits.of(ProfileCatalogue.entry("linux"));
        assertEquals(linux, linux.overridden(linux.ports(), linux.hold(), linux.scope()));
        assertEquals(
                List.of("net.ipv4.tcp_tw_reuse=1 64512 PT1S"),
                remedies(linux.overridden(64_512, Duration.ofSeconds(30), Scope.GLOBAL)));
        assertEquals(
                List.of("net.ipv4.ip_local_port_range=\"1024 65535\" 64512 PT0.5S"),
                remedies(linux.overridden(linux.ports(), Duration.ofMillis(500), linux.scope())));
    }

    private static List<String> remedies(Limits limits) {
        return limits.remedies().stream()
                .map(remedy -> remedy.name() + " " + remedy.after().ports() + " "
                        + remedy.after().hold())
                .toList();
    }

    @Test
    @DisplayName(
            "of a staircase from 16 to 17 calls/s has its first refusal 137.06 s into the step: ports and calls are whole")
    void staircase() {
        Load load =
                Load.of(8_250, call -> Math.round(1e9 * (call < 4_000 ? call / 16.0 : 250 + (call - 4_000) / 17.0)));
        // Call j of the step finds the port of call 23 + j of the step before in TIME_WAIT: j/16 − j/17 > 10 − 23/16, j
        // = 2,330.
        Refusal first = new Refusal(4_000 + 2_330, Math.round((250 + 2_330 / 17.0) * 1e9));
        assertEquals(Optional.of(first), Planner.firstRefusal(load, WINDOWS_2003, CallCost.ONE_PORT));
    }

    @Test
    @DisplayName("offers only changes under which no call is refused")
    void changesPass() {
        Load load = Load.curve("seconds,callsPerSecond\n0,2\n600,60\n900,60\n1800,5\n");
        Plan plan = Planner.plan(load, WINDOWS_2003, new CallCost(2, Duration.ofSeconds(1)));
        assertEquals("SETTING SETTING REUSE_CONNECTIONS PACING", kinds(plan));
        assertEquals("TcpTimedWaitDelay=30", plan.changes().get(0).name());
        assertEquals("MaxUserPort=65534", plan.changes().get(1).name());
        double times = plan.changes().get(3).value();
        Load slower = Load.of(load.calls(), call -> Math.round(load.startNanos(call) * times));
        assertFalse(Planner.plan(slower, WINDOWS_2003, plan.cost()).exhausts());
        Load little = Load.of(load.calls(), call -> Math.round(load.startNanos(call) * times * 0.99));
        assertTrue(Planner.plan(little, WINDOWS_2003, plan.cost()).exhausts(), "1 % faster does not pass");
    }

    @Test
    @DisplayName("of calls of one port less offers that, and of a destination's pool more destinations")
    void fewerPortsMoreDestinations() {
        Limits linux = Limits.of(ProfileCatalogue.entry("linux"));
        Plan plan = Planner.plan(Load.constant(300, HOUR), linux, new CallCost(2, Duration.ZERO));
        assertEquals("SETTING SETTING FEWER_PORTS_PER_CALL REUSE_CONNECTIONS MORE_DESTINATIONS PACING", kinds(plan));
        assertEquals(1, plan.changes().get(2).value());
        assertEquals(2, plan.changes().get(4).value());
        Plan spread = Planner.plan(Load.constant(300, HOUR), linux.withDestinations(2), plan.cost());
        assertFalse(spread.exhausts());
        assertEquals(36_000, spread.peakTimeWait());
        assertEquals(2 * 14_116 / 60.0, spread.highestSafeCallsPerSecond());
    }

    @Test
    @DisplayName("of 20,000 contacts by 4 workers of 200 ms fails from 200 s on, and faster than it worked")
    void migration() {
        CallCost cost = new CallCost(1, Duration.ofMillis(200));
        Plan plan = Planner.plan(new ClosedLoop(4, 20_000, ClosedLoop.USUAL_FAILURE_NANOS), WINDOWS_2003, cost);
        assertEquals(new Refusal(3_977, 198_800_000_000L), plan.firstRefusal());
        assertEquals(20_000 - 3_977, plan.refused(), "all others fail before the first port is back, at 240 s");
        assertEquals(Kind.SETTING, plan.smallestChange().orElseThrow().kind());
        Change workers = plan.changes().get(plan.changes().size() - 1);
        assertEquals("At most 3 workers instead of 4.", workers.sentence());
        assertFalse(
                Planner.plan(new ClosedLoop(3, 20_000, 1), WINDOWS_2003, cost).exhausts());
    }

    @Test
    @DisplayName("of no calls refuses none")
    void noCalls() {
        Plan plan = Planner.plan(Load.constant(0, HOUR), WINDOWS_2003, CallCost.ONE_PORT);
        assertEquals(0, plan.calls());
        assertEquals(Double.POSITIVE_INFINITY, plan.headroom());
        assertFalse(plan.exhausts());
        assertEquals(Optional.empty(), plan.smallestChange());
    }

    @Test
    @DisplayName("of calls that need more ports than there are, or come all at once, offers no slower pace")
    void noPacing() {
        Limits three = new Limits(3, Duration.ofSeconds(1), Scope.GLOBAL, 1, List.of());
        Plan plan = Planner.plan(Load.constant(1, Duration.ofSeconds(9)), three, new CallCost(4, Duration.ZERO));
        assertEquals(9, plan.refused());
        assertEquals(0, plan.highestSafeCallsPerSecond());
        assertEquals("FEWER_PORTS_PER_CALL REUSE_CONNECTIONS", kinds(plan));
        Load bursts = Load.of(15_000, call -> call / 5_000 * 300_000_000_000L);
        Plan ofBursts = Planner.plan(bursts, WINDOWS_2003, CallCost.ONE_PORT);
        assertEquals(3 * 1_023, ofBursts.refused());
        assertEquals("SETTING REUSE_CONNECTIONS", kinds(ofBursts));
    }

    @Test
    @DisplayName("refuses a gateway whose hold is not documented, and a closed loop without a service time")
    void refuses() {
        assertEquals(
                "aws-nat-gateway can't be planned with: how long it holds a port after a close is not documented",
                assertThrows(IllegalArgumentException.class, () -> Limits.of(ProfileCatalogue.entry("aws-nat-gateway")))
                        .getMessage());
        assertEquals(
                "a closed loop needs a service time: the life of its connections is above 0 s",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> Planner.plan(new ClosedLoop(1, 1, 1), WINDOWS_2003, CallCost.ONE_PORT))
                        .getMessage());
    }
}
