package io.ephemera.ports;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A pool of ephemeral ports without a clock: every call is told the time.
 *
 * <p>A port is <em>free</em>, <em>live</em> (leased), in <em>TIME_WAIT</em>, or <em>held elsewhere</em> (another process has
 * it). For each destination of the pool, free + live + TIME_WAIT + held elsewhere = size of the range, at every instant.
 *
 * <p>Time is given in nanoseconds of any origin, as {@link System#nanoTime()} gives it, and calls may come in another order than
 * that of their instants: several threads read a clock before they reach the pool, and in virtual time each call has its own
 * instant. A lease sees the pool as it stands at the latest instant told so far. A TIME_WAIT counts from the instant of its own
 * close, however late that is told, so when a port comes back does not depend on the order of arrival.
 *
 * <p>Leasing, releasing and expiring take constant amortised time and allocate nothing, but for the first lease towards a new
 * destination and for the doubling of the tables under {@link Scope#DESTINATION}. All methods are safe for concurrent use and
 * take effect atomically.
 *
 * <p>Exhaustion is a return value here; it becomes an exception where an API wants one.
 */
public final class PortPool {

    /** Returned instead of a lease when no port is free. */
    public static final long EXHAUSTED = -1;

    /** Returned instead of the lease of a given port when that port is live, in TIME_WAIT or held elsewhere. */
    public static final long REFUSED = -2;

    /** How long a port that another process holds is passed over before it is offered again: 1 s. */
    public static final long RECHECK_NANOS = 1_000_000_000L;

    private final PortRange range;
    private final long timeWaitNanos;
    private final Scope scope;
    private final @Nullable SplittableRandom random;

    private final Object lock = new Object();
    private final Slots slots;
    private final Queue waiting;
    private final Queue heldElsewhere;
    /**
     * Ports taken for all destinations: every one under {@link Scope#GLOBAL}; what was bound before the connect under {@link
     * Scope#DESTINATION}, where its free ports are those that no destination uses.
     */
    private final PortTable any;
    /** One for each destination or local address, by its id; none under {@link Scope#GLOBAL}. */
    private final List<PortTable> tables = new ArrayList<>();

    /** By remote endpoint, or by local address where the port was bound before the destination was known. */
    private final Map<Object, PortTable> byKey = new HashMap<>();

    private final int[] destinationsUsing;
    private final int mostTimeWait;
    private int peakTimeWait;
    private boolean clockStarted;
    private long latestNanos;

    /**
     * @param range the ports
     * @param timeWaitNanos how long an active close keeps a port, in nanoseconds, above 0
     * @param scope for whom a port in use is taken
     * @param order which of the free ports a lease takes
     * @throws IllegalArgumentException if {@code timeWaitNanos} is not above 0
     */
    public PortPool(PortRange range, long timeWaitNanos, Scope scope, SelectionOrder order) {
        this(range, timeWaitNanos, scope, order, Integer.MAX_VALUE);
    }

    /**
     * The same, with a bound on the ports in TIME_WAIT, as {@code net.ipv4.tcp_max_tw_buckets} is: while so many are in it, for
     * whatever destinations, an active close leaves none, and its port comes back at once ({@code inet_twsk_alloc},
     * net/ipv4/inet_timewait_sock.c).
     *
     * @param mostTimeWait ports that are in TIME_WAIT at once, at most; at least 1
     * @throws IllegalArgumentException if {@code timeWaitNanos} is not above 0, or {@code mostTimeWait} not either
     */
    public PortPool(PortRange range, long timeWaitNanos, Scope scope, SelectionOrder order, int mostTimeWait) {
        if (mostTimeWait < 1) {
            throw new IllegalArgumentException("at least 1 port is in TIME_WAIT at most, not " + mostTimeWait);
        }
        if (timeWaitNanos <= 0) {
            throw new IllegalArgumentException("TIME_WAIT must last longer than 0 ns, not " + timeWaitNanos + " ns");
        }
        this.range = range;
        this.timeWaitNanos = timeWaitNanos;
        this.scope = scope;
        this.mostTimeWait = mostTimeWait;
        this.random = order instanceof SelectionOrder.Random r ? new SplittableRandom(r.seed()) : null;
        int ports = range.size();
        this.slots = new Slots(ports);
        this.waiting = new Queue(ports);
        this.heldElsewhere = new Queue(16);
        this.any = new PortTable(PortTable.ANY_DESTINATION, null, FreePorts.full(ports));
        this.destinationsUsing = new int[scope == Scope.DESTINATION ? ports : 0];
    }

    /** The ports of this pool. */
    public PortRange range() {
        return range;
    }

    /** How long an active close keeps a port, in nanoseconds. */
    public long timeWaitNanos() {
        return timeWaitNanos;
    }

    /** For whom a port in use is taken. */
    public Scope scope() {
        return scope;
    }

    /**
     * Leases a port for a connection to {@code remote}, as {@code connect()} does.
     *
     * @return the lease, or {@link #EXHAUSTED}
     */
    public long lease(RemoteEndpoint remote, long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            return leaseNext(tableFor(remote));
        }
    }

    /**
     * Leases a port before the destination is known, as {@code bind(0)} does. Under {@link Scope#DESTINATION} that takes the
     * port for all destinations, and costs one step for each destination known so far.
     *
     * @return the lease, or {@link #EXHAUSTED}
     */
    public long leaseForAnyDestination(long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            return leaseNext(any);
        }
    }

    /**
     * Leases a port for a connection from a local address before the destination is known, as {@code bind(address, 0)} does.
     *
     * <p>Under {@link Scope#DESTINATION} each local address has ports of its own: Linux refuses a bind only where a socket with
     * the same address, or with none, has the port ({@code inet_csk_bind_conflict}, net/ipv4/inet_connection_sock.c). Under
     * {@link Scope#GLOBAL} all addresses share one pool: Winsock allocates a wildcard port several times, for different local
     * addresses, only where {@code SO_PORT_SCALABILITY} is set (Microsoft Learn, SOL_SOCKET Socket Options; from Windows Server
     * 2008 on).
     *
     * <p>Left out: a connection from the same address that was not bound before its connect could be refused the port as well.
     *
     * @return the lease, or {@link #EXHAUSTED}
     */
    public long leaseFrom(InetAddress local, long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            return leaseNext(scope == Scope.GLOBAL ? any : table(local, null));
        }
    }

    /**
     * The ports as a connection to {@code remote} would find them.
     *
     * @return of the whole pool under {@link Scope#GLOBAL}, of that destination under {@link Scope#DESTINATION}
     */
    public Occupancy occupancy(RemoteEndpoint remote, long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            return occupancy(tableFor(remote));
        }
    }

    /** The same for a connection that is bound to a local address before its destination is known; see {@link #leaseFrom}. */
    public Occupancy occupancyFrom(InetAddress local, long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            return occupancy(scope == Scope.GLOBAL ? any : table(local, null));
        }
    }

    private Occupancy occupancy(PortTable table) {
        boolean all = table == any;
        return new Occupancy(
                table.free.count(), table.live + (all ? 0 : any.live), table.timeWait + (all ? 0 : any.timeWait));
    }

    /**
     * How the ports are used.
     *
     * @param free that can be leased
     * @param live of connections that are being made or are open
     * @param timeWait in TIME_WAIT
     */
    public record Occupancy(int free, int live, int timeWait) {}

    /** How many ports nobody uses, for whatever destination: those that an explicit bind could have. */
    public int freeForAnyDestination(long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            return any.free.count();
        }
    }

    /**
     * Leases a given port for all destinations, as an explicit {@code bind} does.
     *
     * @param port a port of the range
     * @return the lease, or {@link #REFUSED} while the port is live, in TIME_WAIT or held elsewhere
     * @throws IllegalArgumentException if the port is not in the range
     */
    public long leaseGiven(int port, long nowNanos) {
        if (!range.contains(port)) {
            throw new IllegalArgumentException("port " + port + " is not in the range " + range);
        }
        synchronized (lock) {
            advance(nowNanos);
            int index = port - range.firstPort();
            return any.free.contains(index) ? take(index, any) : REFUSED;
        }
    }

    /**
     * Ends a lease.
     *
     * @param nowNanos when it ended; TIME_WAIT counts from there
     * @return whether the lease was live; {@code false} if it had ended before, and then nothing changes
     */
    public boolean release(long lease, Release how, long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            int slot = slots.live(lease);
            if (slot < 0) {
                return false;
            }
            PortTable table = tableOf(slot);
            table.live--;
            long expiryNanos = nowNanos + timeWaitNanos;
            if (how == Release.ACTIVE_CLOSE && waiting.count < mostTimeWait && expiryNanos - latestNanos > 0) {
                slots.end(slot, Slots.TIME_WAIT, expiryNanos);
                waiting.add(slot, slots.expiryNanos);
                table.timeWait++;
                peakTimeWait = Math.max(peakTimeWait, waiting.count);
            } else {
                free(slot);
            }
            return true;
        }
    }

    /**
     * Ends a lease whose port turned out to be held by another process, and passes that port over for {@link
     * #RECHECK_NANOS}.
     *
     * @return whether the lease was live
     */
    public boolean markHeldElsewhere(long lease, long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            int slot = slots.live(lease);
            if (slot < 0) {
                return false;
            }
            PortTable table = tableOf(slot);
            table.live--;
            table.held++;
            slots.end(slot, Slots.HELD_ELSEWHERE, latestNanos + RECHECK_NANOS);
            heldElsewhere.add(slot, slots.expiryNanos);
            return true;
        }
    }

    /**
     * The port of a live lease.
     *
     * @throws IllegalStateException if the lease has ended
     */
    public int port(long lease) {
        synchronized (lock) {
            int slot = slots.live(lease);
            if (slot < 0) {
                throw new IllegalStateException("that lease has ended");
            }
            return range.firstPort() + slots.index[slot];
        }
    }

    /** Puts every port in TIME_WAIT back among the free ones at once, as resetting the stack does; returns how many. */
    public int clearTimeWait(long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            int cleared = waiting.count;
            while (waiting.count > 0) {
                leaveTimeWait();
            }
            return cleared;
        }
    }

    /** The highest number of ports in TIME_WAIT since the last call of this method, and starts a new peak from now. */
    public int drainPeakTimeWait(long nowNanos) {
        synchronized (lock) {
            // Read before the clock advances: what stood a moment ago belongs to the span that ends here.
            int peak = peakTimeWait;
            advance(nowNanos);
            peakTimeWait = waiting.count;
            return peak;
        }
    }

    /** The state of the pool at an instant. */
    public PoolSnapshot snapshot(long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            long[] oldest = PortTable.oldestExpiries(tables.size(), waiting, slots, latestNanos);
            List<PoolSnapshot.Row> rows = new ArrayList<>(tables.size() + 1);
            for (PortTable table : tables) {
                rows.add(new PoolSnapshot.Row(
                        table.remote,
                        table.free.count(),
                        table.live + any.live,
                        table.timeWait + any.timeWait,
                        table.held + any.held,
                        oldest[table.id]));
            }
            if (rows.isEmpty()) {
                rows.add(new PoolSnapshot.Row(
                        null, any.free.count(), any.live, any.timeWait, any.held, oldest[tables.size()]));
            }
            int live = any.live;
            for (PortTable table : tables) {
                live += table.live;
            }
            return new PoolSnapshot(range, scope, timeWaitNanos, latestNanos, live, waiting.count, rows);
        }
    }

    private void advance(long nowNanos) {
        if (!clockStarted || nowNanos - latestNanos > 0) {
            clockStarted = true;
            latestNanos = nowNanos;
        }
        while (waiting.count > 0 && slots.expiryNanos[waiting.get(0)] - latestNanos <= 0) {
            leaveTimeWait();
        }
        while (heldElsewhere.count > 0 && slots.expiryNanos[heldElsewhere.get(0)] - latestNanos <= 0) {
            int slot = heldElsewhere.remove();
            tableOf(slot).held--;
            free(slot);
        }
    }

    private void leaveTimeWait() {
        int slot = waiting.remove();
        tableOf(slot).timeWait--;
        free(slot);
    }

    private long leaseNext(PortTable table) {
        int index = table.free.nextFrom(random == null ? table.cursor : random.nextInt(range.size()));
        if (index < 0) {
            return EXHAUSTED;
        }
        table.cursor = index + 1;
        return take(index, table);
    }

    private long take(int index, PortTable table) {
        table.free.remove(index);
        if (table == any) {
            for (int t = 0; t < tables.size(); t++) {
                tables.get(t).free.remove(index);
            }
        } else if (destinationsUsing[index]++ == 0) {
            any.free.remove(index);
        }
        table.live++;
        return slots.take(index, table.id);
    }

    private void free(int slot) {
        int index = slots.index[slot];
        PortTable table = tableOf(slot);
        table.free.add(index);
        if (table == any) {
            for (int t = 0; t < tables.size(); t++) {
                tables.get(t).free.add(index);
            }
        } else if (--destinationsUsing[index] == 0) {
            any.free.add(index);
        }
        slots.free(slot);
    }

    private PortTable tableOf(int slot) {
        int id = slots.table[slot];
        return id == PortTable.ANY_DESTINATION ? any : tables.get(id);
    }

    private PortTable tableFor(RemoteEndpoint remote) {
        if (scope == Scope.GLOBAL) {
            return any;
        }
        return table(remote, remote);
    }

    private PortTable table(Object key, @Nullable RemoteEndpoint remote) {
        PortTable table = byKey.get(key);
        if (table == null) {
            FreePorts free = FreePorts.full(range.size());
            for (int slot = 0; slot < slots.created(); slot++) {
                if (slots.state[slot] != Slots.FREE && slots.table[slot] == PortTable.ANY_DESTINATION) {
                    free.remove(slots.index[slot]);
                }
            }
            table = new PortTable(tables.size(), remote, free);
            tables.add(table);
            byKey.put(key, table);
        }
        return table;
    }
}
