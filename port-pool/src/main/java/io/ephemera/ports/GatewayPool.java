package io.ephemera.ports;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a gateway behind several clients, without a clock. Where it has none for a connection it drops the SYN; no error tells
 * the client.
 *
 * <p>Connections are opened in the order of their instants; a close may be told ahead, with the instant at which it will be.
 *
 * <p>Left out: the SYN that a client sends again after a second, which is another try, so that a client whose connect timeout is longer
 * could find a port by it; ports that a platform takes away from one client for another.
 *
 * <p>All methods are safe for concurrent use.
 */
public final class GatewayPool {

    /** Cilium, bpf/lib/nat.h: {@code SNAT_COLLISION_RETRIES}. */
    public static final int RANDOM_TRIES = 128;

    /** Linux, net/netfilter/nf_nat_core.c: {@code NF_NAT_MAX_ATTEMPTS}, and for a smaller range its size. */
    public static final int LINUX_TRIES = 128;

    /** The same: a round is halved unless it had fewer tries than this ({@code nf_nat_l4proto_unique_tuple}). */
    private static final int LINUX_SHORTEST_ROUND = 16;

    /** The same: {@code NF_NAT_HARDER_THRESH}, a quarter of the tries. */
    public static final int LINUX_EVICTING_TRIES = LINUX_TRIES / 4;

    private final GatewayLimits limits;
    private final SplittableRandom random;
    private final Map<Object, Table> tables = new HashMap<>();
    private final PriorityQueue<Change> changes =
            new PriorityQueue<>(Comparator.comparingLong(Change::atNanos).thenComparingLong(Change::order));
    private long order;
    private long opened;
    private long dropped;
    private int held;
    private int peakHeld;

    /** Who may share a port: a client's own, or all; towards one destination, or all. */
    private record Key(int client, @Nullable RemoteEndpoint remote) {}

    private record Endpoint(int client, int port) {}

    private record Change(long atNanos, long order, Mapping mapping, int epoch, long holdNanos) {
        boolean isExpiry() {
            return holdNanos < 0;
        }
    }

    private static final class Table {
        final PortTable ports;
        final Mapping[] mappings;

        Table(PortTable ports, int size) {
            this.ports = ports;
            this.mappings = new Mapping[size];
        }
    }

    /** A port of the gateway that a connection has. */
    public static final class Mapping {
        private final Table table;
        private final int index;
        private final Endpoint endpoint;
        /** Of its first segment; a connection's own few are left out. */
        private final int sequence;

        private int live;
        /** Of the state that it is in, so that what was to end an earlier one does nothing. */
        private int epoch;

        private Mapping(Table table, int index, Endpoint endpoint, int sequence) {
            this.table = table;
            this.index = index;
            this.endpoint = endpoint;
            this.sequence = sequence;
        }
    }

    /**
     * The ports at an instant, over all clients and destinations.
     *
     * @param live of connections that are open
     * @param held of connections that were closed, and not free yet
     * @param free of the table that has the fewest
     */
    public record MappingCounts(int live, int held, int free) {}

    /** @param limits those of each table of ports */
    public GatewayPool(GatewayLimits limits) {
        this.limits = limits;
        this.random = new SplittableRandom(limits.seed());
    }

    /** Its limits. */
    public GatewayLimits limits() {
        return limits;
    }

    /**
     * A client connects.
     *
     * @param client which, from 0
     * @param localPort the port at the client's own end
     * @param nowNanos never before that of the connection before
     * @return {@code null} where there is no port: the SYN is dropped
     */
    public synchronized @Nullable Mapping open(int client, int localPort, RemoteEndpoint remote, long nowNanos) {
        advance(nowNanos);
        boolean endpointIndependent = limits.mapping() == Scope.GLOBAL;
        Table table = tables.computeIfAbsent(
                new Key(limits.allocation().isShared() ? -1 : client, endpointIndependent ? null : remote),
                key -> new Table(
                        new PortTable(remote, limits.range().size(), new BitSet()),
                        limits.range().size()));
        Endpoint endpoint = new Endpoint(client, localPort);
        Mapping mapping = endpointIndependent ? known(table, endpoint) : null;
        if (mapping == null) {
            int sequence = random.nextInt();
            int index = find(table, localPort, sequence);
            if (index < 0) {
                dropped++;
                return null;
            }
            table.ports.take(index);
            mapping = new Mapping(table, index, endpoint, sequence);
            table.mappings[index] = mapping;
        } else if (mapping.live == 0) {
            leaveHeld(mapping);
        }
        if (mapping.live++ == 0) {
            table.ports.live++;
        }
        opened++;
        return mapping;
    }

    /**
     * A connection ends.
     *
     * @param mapping what {@link #open} has returned, once for each time
     * @param how a RST is held for another time than a FIN; who sent it first makes no difference to a gateway
     * @param atNanos when, which may be ahead
     */
    public synchronized void close(Mapping mapping, Release how, long atNanos) {
        boolean reset = how == Release.ABORT || how == Release.FAILED_CONNECT;
        changes.add(
                new Change(atNanos, order++, mapping, 0, reset ? limits.holdAfterResetNanos() : limits.holdNanos()));
    }

    /** The ports at an instant. */
    public synchronized MappingCounts state(long nowNanos) {
        advance(nowNanos);
        return new MappingCounts(
                tables.values().stream().mapToInt(table -> table.ports.live).sum(),
                held,
                tables.values().stream()
                        .mapToInt(table -> table.ports.freeCount())
                        .min()
                        .orElse(limits.range().size()));
    }

    /** The most ports of closed connections at once up to an instant, since the last call of this method. */
    public synchronized int drainPeakHeld(long nowNanos) {
        advance(nowNanos);
        int peak = peakHeld;
        peakHeld = held;
        return peak;
    }

    /** Connections that were given a port. */
    public synchronized long opened() {
        return opened;
    }

    /** SYNs that were dropped. */
    public synchronized long dropped() {
        return dropped;
    }

    private static @Nullable Mapping known(Table table, Endpoint endpoint) {
        for (Mapping mapping : table.mappings) {
            if (mapping != null && mapping.endpoint.equals(endpoint) && !table.ports.isFree(mapping.index)) {
                return mapping;
            }
        }
        return null;
    }

    private void advance(long nowNanos) {
        for (Change next = changes.peek(); next != null && next.atNanos <= nowNanos; next = changes.peek()) {
            changes.remove();
            Mapping mapping = next.mapping;
            if (!next.isExpiry()) {
                end(mapping, next);
            } else if (mapping.epoch == next.epoch) {
                leaveHeld(mapping);
                mapping.table.ports.giveBack(mapping.index);
            }
        }
    }

    private void end(Mapping mapping, Change end) {
        if (--mapping.live > 0) {
            return;
        }
        mapping.table.ports.live--;
        held++;
        peakHeld = Math.max(peakHeld, held);
        changes.add(new Change(end.atNanos + end.holdNanos, order++, mapping, mapping.epoch, -1));
    }

    private void leaveHeld(Mapping mapping) {
        mapping.epoch++;
        held--;
    }

    /** Index of a port that can be had, in the order of the platform; -1 if it finds none. */
    private int find(Table table, int localPort, int sequence) {
        int own = localPort - limits.range().firstPort();
        return switch (limits.allocation()) {
            case BLOCK, ON_DEMAND -> table.ports.next();
            case RANDOM -> limits.range().contains(localPort) && table.ports.isFree(own) ? own : tries(table);
            case LINUX -> limits.range().contains(localPort) && table.ports.isFree(own) ? own : rounds(table, sequence);
        };
    }

    private int tries(Table table) {
        int size = limits.range().size();
        int first = random.nextInt(size);
        for (int i = 0; i < Math.min(RANDOM_TRIES - 1, size); i++) {
            int index = (first + i) % size;
            if (table.ports.isFree(index)) {
                return index;
            }
        }
        return -1;
    }

    private int rounds(Table table, int sequence) {
        int size = limits.range().size();
        for (int tries = Math.min(LINUX_TRIES, size); ; tries /= 2) {
            int first = random.nextInt(size);
            for (int i = 0; i < tries; i++) {
                int index = (first + i) % size;
                if (table.ports.isFree(index)
                        || (tries - i <= LINUX_EVICTING_TRIES && evicts(table, index, sequence))) {
                    return index;
                }
            }
            if (tries >= size || tries < LINUX_SHORTEST_ROUND) {
                return -1;
            }
        }
    }

    /**
     * Takes the port of a closed connection, where the new one's sequence number is beyond its last ({@code nf_seq_has_advanced}):
     * each starts at random (RFC 6528), and numbers go round.
     */
    private boolean evicts(Table table, int index, int sequence) {
        Mapping closed = table.mappings[index];
        if (closed.live > 0 || sequence - closed.sequence <= 0) {
            return false;
        }
        leaveHeld(closed);
        table.ports.giveBack(index);
        return true;
    }
}
