package io.ephemera.cli.plan;

import io.ephemera.cli.plan.Traffic.Connection;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.plan.Limits;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of recorded traffic under other limits, in virtual time: each connection is opened when it was, and keeps its port for as
 * long as it did, and TIME_WAIT on top of that where it closed first.
 *
 * @param connections that were opened
 * @param refused those that are refused
 * @param first the first of them; {@code null} if there is none
 * @param mostTimeWait the most ports in TIME_WAIT at once
 * @param neededPorts with which none would be refused
 * @param longestHoldSeconds TIME_WAIT with which none would be refused, in whole seconds; {@code null} where none is refused as it is,
 *     or none of a second or longer would do
 * @param destinations by connections, the most first
 */
record Replay(
        int connections,
        int refused,
        @Nullable Refusal first,
        int mostTimeWait,
        int neededPorts,
        @Nullable Long longestHoldSeconds,
        List<Destination> destinations) {

    private static final int FIRST_PORT = 1;
    private static final long SECOND = 1_000_000_000L;

    /** The first connection that is refused. */
    record Refusal(double seconds, String remote) {}

    /** What becomes of the connections to one remote endpoint. */
    record Destination(String remote, int connections, int refused, int closedFirst) {}

    private record End(Connection connection, long lease) {}

    static Replay of(Traffic traffic, Limits limits) {
        long hold = limits.hold().toNanos();
        PortPool pool = new PortPool(
                new PortRange(FIRST_PORT, FIRST_PORT + limits.ports() - 1),
                hold,
                limits.scope(),
                SelectionOrder.sequential());
        Map<String, RemoteEndpoint> remotes = new HashMap<>();
        Map<String, Integer> refused = new HashMap<>();
        PriorityQueue<End> open = new PriorityQueue<>(Comparator.comparingLong(end -> end.connection.closedNanos()));
        Refusal first = null;
        for (Connection each : traffic.connections()) {
            closeUntil(each.openedNanos(), open, pool);
            RemoteEndpoint remote = remotes.computeIfAbsent(
                    each.remote(), name -> new RemoteEndpoint(InetAddress.getLoopbackAddress(), remotes.size()));
            long lease = pool.lease(remote, each.openedNanos());
            if (lease != PortPool.EXHAUSTED) {
                open.add(new End(each, lease));
            } else {
                refused.merge(each.remote(), 1, Integer::sum);
                first = first == null ? new Refusal(each.openedNanos() / 1e9, each.remote()) : first;
            }
        }
        closeUntil(Connection.OPEN - 1, open, pool);
        return new Replay(
                traffic.connections().size(),
                refused.values().stream().mapToInt(Integer::intValue).sum(),
                first,
                pool.drainPeakTimeWait(0),
                needed(traffic, limits.scope(), hold),
                first == null ? null : longestHold(traffic, limits),
                destinations(traffic, refused));
    }

    private static void closeUntil(long nanos, PriorityQueue<End> open, PortPool pool) {
        while (!open.isEmpty() && open.element().connection.closedNanos() <= nanos) {
            End end = open.remove();
            pool.release(
                    end.lease,
                    end.connection.keepsPort() ? Release.ACTIVE_CLOSE : Release.PASSIVE_CLOSE,
                    end.connection.closedNanos());
        }
    }

    /** Ports that are in use at once, were there enough: of the destination that has the most, or of all together. */
    private static int needed(Traffic traffic, Scope scope, long holdNanos) {
        Map<String, List<Connection>> pools = traffic.connections().stream()
                .collect(Collectors.groupingBy(each -> scope == Scope.GLOBAL ? "" : each.remote()));
        return pools.values().stream()
                .mapToInt(connections -> mostAtOnce(connections, holdNanos))
                .max()
                .orElse(0);
    }

    private static int mostAtOnce(List<Connection> connections, long holdNanos) {
        TreeMap<Long, Integer> changes = new TreeMap<>();
        for (Connection each : connections) {
            changes.merge(each.openedNanos(), 1, Integer::sum);
            if (each.closedNanos() != Connection.OPEN) {
                changes.merge(each.closedNanos() + (each.keepsPort() ? holdNanos : 0), -1, Integer::sum);
            }
        }
        int now = 0;
        int most = 0;
        for (int change : changes.values()) {
            now += change;
            most = Math.max(most, now);
        }
        return most;
    }

    private static @Nullable Long longestHold(Traffic traffic, Limits limits) {
        long passes = 0;
        long fails = (limits.hold().toNanos() + SECOND - 1) / SECOND;
        while (fails - passes > 1) {
            long middle = (passes + fails) / 2;
            if (needed(traffic, limits.scope(), middle * SECOND) <= limits.ports()) {
                passes = middle;
            } else {
                fails = middle;
            }
        }
        return passes < 1 ? null : (Long) passes;
    }

    private static List<Destination> destinations(Traffic traffic, Map<String, Integer> refused) {
        Map<String, List<Connection>> byRemote =
                traffic.connections().stream().collect(Collectors.groupingBy(Connection::remote));
        List<Destination> rows = new ArrayList<>();
        byRemote.forEach((remote, all) ->
                rows.add(new Destination(remote, all.size(), refused.getOrDefault(remote, 0), (int)
                        all.stream().filter(Connection::keepsPort).count())));
        rows.sort(Comparator.comparingInt(Destination::connections).reversed().thenComparing(Destination::remote));
        return rows;
    }
}
