package io.ephemera.simulations.clock;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.PortTimeline;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Route;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.plan.CallCost;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Load;
import io.ephemera.ports.plan.Plan;
import io.ephemera.ports.plan.Planner;
import io.ephemera.simulations.load.ConnectionPlan;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Users drawn by lot, the same for the same seed: a pool, and users at rates around its threshold, evenly spaced, at random, or
 * several at one instant.
 *
 * @param seed what it was drawn by
 * @param ports ports of one pool
 * @param destinations endpoints that the users go to in turn
 * @param bySource whether the pools are those of local addresses, to which users are bound before they connect
 * @param portsPerUser connections that a user opens, one after the other
 * @param end how each ends
 * @param lives whether a connection lives for a while; for no time otherwise
 * @param dueNanos when the users are due, rising
 */
record RandomLoad(
        long seed,
        int ports,
        long timeWaitNanos,
        Scope scope,
        int destinations,
        boolean bySource,
        int portsPerUser,
        Release end,
        boolean lives,
        List<Long> dueNanos) {

    private static final int FIRST_PORT = 1_024;

    static RandomLoad of(long seed) {
        Random random = new Random(seed);
        int[] magnitudes = {1, 4, 40, 400, 2_000};
        int ports = 1 + random.nextInt(magnitudes[random.nextInt(magnitudes.length)]);
        return of(random, seed, ports, 60 + random.nextInt(2 + 4 * ports));
    }

    /** The whole range of ports above the privileged ones. */
    static RandomLoad ofAllPorts(long seed) {
        return of(new Random(seed), seed, 65_535 - FIRST_PORT, 80_000);
    }

    private static RandomLoad of(Random random, long seed, int ports, int users) {
        Scope scope = random.nextInt(3) == 0 ? Scope.DESTINATION : Scope.GLOBAL;
        int destinations = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(4);
        int portsPerUser = Math.min(ports, 1 + random.nextInt(3));
        Release end = random.nextInt(4) > 0
                ? Release.ACTIVE_CLOSE
                : random.nextBoolean() ? Release.PASSIVE_CLOSE : Release.ABORT;
        long timeWaitNanos = 1_000_000_000L + random.nextInt(240) * 1_000_000_000L + random.nextInt(3);
        int pools = scope == Scope.GLOBAL ? 1 : destinations;
        double threshold = (double) ports * pools / portsPerUser / timeWaitNanos;
        double rate = threshold * (0.7 + 0.7 * random.nextDouble());
        return new RandomLoad(
                seed,
                ports,
                timeWaitNanos,
                scope,
                destinations,
                scope == Scope.DESTINATION && random.nextBoolean(),
                portsPerUser,
                end,
                random.nextInt(4) == 0,
                due(random, users, rate, timeWaitNanos * portsPerUser / (ports * (long) pools)));
    }

    private static List<Long> due(Random random, int users, double perNano, long portIsBackNanos) {
        List<Long> due = new ArrayList<>();
        int kind = random.nextInt(4);
        int together = 1 + random.nextInt(12);
        double at = 0;
        for (int user = 0; user < users; user++) {
            due.add(
                    switch (kind) {
                        // Each port is back at the very instant, or a little before.
                        case 0 -> user * portIsBackNanos;
                        case 1 -> (long) (user / perNano);
                        case 2 -> (long) (user / together * together / perNano);
                        default -> (long) at;
                    });
            at -= Math.log(1 - random.nextDouble()) / perNano;
        }
        return due;
    }

    /** Every other one gives its ports out in random order (RFC 6056), which changes no count. */
    PortPool pool() {
        SelectionOrder order = seed % 2 == 0 ? SelectionOrder.random(seed) : SelectionOrder.sequential();
        return new PortPool(new PortRange(FIRST_PORT, FIRST_PORT + ports - 1), timeWaitNanos, scope, order);
    }

    VirtualUser user(int user) {
        int destination = user % destinations;
        return new VirtualUser(
                user,
                1,
                0,
                dueNanos.get(user),
                destination,
                endpoint(destination),
                bySource ? source(destination) : null,
                false);
    }

    private static RemoteEndpoint endpoint(int index) {
        return new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80 + index);
    }

    private static InetAddress source(int index) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (1 + index)});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** How long a connection of a user lives, in nanoseconds of the wall. */
    long lifeNanos(long user, int connection) {
        return new SplittableRandom(seed * 31 + user * 7 + connection).nextLong(timeWaitNanos / 8 + 1);
    }

    /** Which users find all their ports, one after the other in the order of their instants. */
    List<Boolean> replayed() {
        PortTimeline timeline = new PortTimeline(pool());
        ConnectionPlan plan = new ConnectionPlan(portsPerUser, end);
        List<Boolean> found = new ArrayList<>();
        for (int user = 0; user < dueNanos.size(); user++) {
            int of = user;
            found.add(plan.play(
                            timeline,
                            Route.to(endpoint(user % destinations)),
                            dueNanos.get(user),
                            connection -> lives ? lifeNanos(of, connection) : 0)
                    == ConnectionPlan.Found.PORTS);
        }
        return found;
    }

    /** What the planner says; {@code null} where it knows no such load. */
    @Nullable
    Plan planned() {
        return lives || end != Release.ACTIVE_CLOSE
                ? null
                : Planner.plan(
                        Load.of(dueNanos.size(), user -> dueNanos.get((int) user)),
                        new Limits(ports, Duration.ofNanos(timeWaitNanos), scope, destinations, List.of()),
                        new CallCost(portsPerUser, Duration.ZERO));
    }

    @Override
    public String toString() {
        return "seed " + seed;
    }
}
