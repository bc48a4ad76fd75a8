package io.ephemera.ports.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ephemera.ports.CatalogueEntry.PlatformRemedy;
import io.ephemera.ports.CatalogueEntry.Smaller;
import io.ephemera.ports.CatalogueEntry.Variant;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.PortTimeline;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.plan.Plan.Refusal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Random loads, limits and costs; {@link PortPool}, driven call by call, says what each must come to. */
@DisplayName("The planner")
class PlannerPropertyTest {

    private static final int CASES = 1_000;

    /** Rates, in calls/s, whose calls are whole nanoseconds apart: they are counted without going through them. */
    private static final double[] EVENLY_SPACED = {1, 2, 4, 5, 8, 10, 12.5};

    @Test
    @DisplayName("comes to what the pool comes to, call by call, over random loads")
    void likeThePool() {
        for (long seed = 0; seed < CASES; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Load load = load(random);
            Limits limits = limits(random);
            CallCost cost = new CallCost(1 + random.nextInt(3), Duration.ofMillis(random.nextInt(3) * 700L));
            String name = "seed " + seed + ": " + load + " on " + limits + " with " + cost;
            PoolReplay pool = new PoolReplay(limits, cost);
            for (long call = 0; call < load.calls(); call++) {
                pool.call(call, load.startNanos(call));
            }
            Plan plan = Planner.plan(load, limits, cost);
            pool.compareWith(plan, name);
            assertEquals(pool.first, Planner.firstRefusal(load, limits, cost).orElse(null), name);
            if (plan.headroom() >= 1 && limits.pools() == 1) {
                assertEquals(0, plan.refused(), name + " has headroom " + plan.headroom());
            }
            for (Change change : plan.changes()) {
                checkPasses(change, load, plan, name + ": " + change);
            }
        }
    }

    @Test
    @DisplayName("runs a closed loop as workers with a clock each would, over the pool")
    void closedLoopLikeThePool() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ClosedLoop loop =
                    new ClosedLoop(1 + random.nextInt(5), random.nextInt(200), 1 + random.nextInt(3) * 1_000_000L);
            Limits limits = limits(random);
            CallCost cost = new CallCost(1 + random.nextInt(2), Duration.ofMillis(1 + random.nextInt(900)));
            PoolReplay pool = new PoolReplay(limits, cost);
            PriorityQueue<Long> ready = new PriorityQueue<>();
            for (int worker = 0; worker < loop.workers(); worker++) {
                ready.add(0L);
            }
            for (long call = 0; call < loop.calls(); call++) {
                long now = ready.remove();
                boolean ok = pool.call(call, now);
                ready.add(now + (ok ? cost.life().toNanos() : loop.failureNanos()));
            }
            Plan plan = Planner.plan(loop, limits, cost);
            String name = "seed " + seed + ": " + loop + " on " + limits + " with " + cost;
            pool.compareWith(plan, name);
        }
    }

    private static void checkPasses(Change change, Load load, Plan plan, String name) {
        CallCost cost = plan.cost();
        LoadOutcome after = switch (change.kind()) {
            case SETTING, SETTINGS -> LoadOutcome.replay(load, setting(plan.limits(), change), cost, false);
            case FEWER_PORTS_PER_CALL ->
                LoadOutcome.replay(load, plan.limits(), new CallCost((int) change.value(), cost.life()), false);
            case MORE_DESTINATIONS ->
                LoadOutcome.replay(load, plan.limits().withDestinations((int) change.value()), cost, false);
            case PACING ->
                LoadOutcome.replay(
                        Load.of(load.calls(), call -> Math.round(load.startNanos(call) * change.value())),
                        plan.limits(),
                        cost,
                        false);
            case REUSE_CONNECTIONS, FEWER_WORKERS -> new LoadOutcome(0, null, 0);
            case MORE_PORTS_EACH, MORE_ADDRESSES, PRIVATE_ENDPOINT -> throw new AssertionError(change);
        };
        assertEquals(0, after.refused(), name);
    }

    /** The limits after a setting, or two, each of which is named after what it changes. */
    private static Limits setting(Limits limits, Change change) {
        Matcher units = Pattern.compile("(\\d+) ports, \\d+").matcher(change.name());
        if (units.matches()) {
            return limits.with(Integer.parseInt(units.group(1)), limits.hold());
        }
        Limits after = limits;
        for (PlatformRemedy remedy : limits.remedies()) {
            if (List.of(change.name().split(" and ")).contains(remedy.name())) {
                Duration hold = Objects.requireNonNull(remedy.after().hold());
                after = after.with(
                        remedy.name().equals("hold")
                                ? after.ports()
                                : remedy.after().ports(),
                        remedy.name().equals("hold") ? hold : after.hold());
            }
        }
        return after;
    }

    private static Load load(SplittableRandom random) {
        Duration lasting = Duration.ofMillis(1 + random.nextInt(30_000));
        return switch (random.nextInt(4)) {
            case 0 -> Load.constant(EVENLY_SPACED[random.nextInt(EVENLY_SPACED.length)], lasting);
            case 1 -> Load.constant(0.1 + random.nextInt(200) / 10.0, lasting);
            case 2 -> Load.ramp(random.nextInt(20), random.nextInt(20), lasting);
            default -> {
                StringBuilder csv = new StringBuilder("seconds,callsPerSecond\n");
                double seconds = random.nextInt(3);
                for (int point = 0; point <= 2 + random.nextInt(4); point++) {
                    csv.append(seconds).append(',').append(random.nextInt(15)).append('\n');
                    seconds += 0.5 + random.nextInt(8);
                }
                yield Load.curve(csv.toString());
            }
        };
    }

    private static Limits limits(SplittableRandom random) {
        int ports = 1 + random.nextInt(30);
        Duration hold = Duration.ofMillis(1 + random.nextInt(8_000));
        return new Limits(
                ports,
                hold,
                random.nextBoolean() ? Scope.GLOBAL : Scope.DESTINATION,
                1 + random.nextInt(3),
                List.of(
                        new PlatformRemedy("ports", new Variant(ports * 2 + 1, hold, ""), null, "test"),
                        new PlatformRemedy(
                                "hold", new Variant(ports, hold.dividedBy(3).plusNanos(1), ""), null, "test"),
                        new PlatformRemedy(
                                "whole",
                                new Variant(ports * 3, hold, ""),
                                null,
                                "test",
                                new Smaller("{n} ports, {2^}", 1))),
                random.nextBoolean() ? 0 : random.nextInt(ports));
    }

    /** Calls on the pool itself: each port is leased at the start, and released by an active close when its life is over. */
    private static final class PoolReplay {

        final CallCost cost;
        final int destinations;
        final PortTimeline ports;
        long refused;

        @Nullable
        Refusal first;

        PoolReplay(Limits limits, CallCost cost) {
            this.cost = cost;
            destinations = limits.destinations();
            ports = new PortTimeline(new PortPool(
                    new PortRange(1, limits.ports()),
                    limits.hold().toNanos(),
                    limits.scope(),
                    SelectionOrder.random(destinations)));
            for (int pool = 1; pool <= limits.pools(); pool++) {
                for (int port = 0; port < limits.taken(); port++) {
                    ports.end(ports.begin(remote(pool), 0), 0, Release.ACTIVE_CLOSE);
                }
            }
        }

        private static RemoteEndpoint remote(int port) {
            return new RemoteEndpoint(InetAddress.getLoopbackAddress(), port);
        }

        boolean call(long number, long nowNanos) {
            RemoteEndpoint remote = remote(1 + (int) (number % destinations));
            for (int port = 0; port < cost.portsPerCall(); port++) {
                long lease = ports.begin(remote, nowNanos);
                if (lease == PortPool.EXHAUSTED) {
                    refused++;
                    first = first == null ? new Refusal(number, nowNanos) : first;
                    return false;
                }
                ports.end(lease, nowNanos + cost.life().toNanos(), Release.ACTIVE_CLOSE);
            }
            return true;
        }

        void compareWith(Plan plan, String name) {
            assertEquals(refused, plan.refused(), name);
            assertEquals(first, plan.firstRefusal(), name);
            assertEquals(ports.drainPeakTimeWait(Long.MAX_VALUE), plan.peakTimeWait(), name);
        }
    }
}
