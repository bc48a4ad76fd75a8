package io.ephemera.ports;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
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
 * destination and for the first time that so many ports are in use at once. All methods are safe for concurrent use and
 * take effect atomically.
 *
 * <p>Exhaustion is a return value here; it becomes an exception where an API wants one.
 */
public sealed class PortPool permits SharedPortPool {

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
    private PortTables tables;

    private UsedPorts used = new UsedPorts();
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
        this.tables = new PortTables(scope, range.size());
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
            return leaseNext(tables.of(remote, remote));
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
            return leaseNext(tables.any());
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
            return leaseNext(tables.of(local, null));
        }
    }

    /** How many ports a connection to {@code remote} could take. */
    public int free(RemoteEndpoint remote, long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            return tables.of(remote, remote).freeCount();
        }
    }

    /** The same for a connection that is bound to a local address before its destination is known; see {@link #leaseFrom}. */
    public int freeFrom(InetAddress local, long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            return tables.of(local, null).freeCount();
        }
    }

    /** How many ports nobody uses, for whatever destination: those that an explicit bind could have. */
    public int freeForAnyDestination(long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            return tables.any().freeCount();
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
            return tables.any().isFree(index) ? take(index, tables.any()) : REFUSED;
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
            UsedPort use = used.live(lease);
            if (use == null) {
                return false;
            }
            use.table().live--;
            use.endLease(nowNanos + timeWaitNanos, false);
            if (how == Release.ACTIVE_CLOSE && used.waiting.size() < mostTimeWait && use.nanosLeft(latestNanos) > 0) {
                use.table().timeWait++;
                used.addToWaiting(use);
                peakTimeWait = Math.max(peakTimeWait, used.waiting.size());
            } else {
                free(use);
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
            UsedPort use = used.live(lease);
            if (use == null) {
                return false;
            }
            passOver(use, latestNanos + RECHECK_NANOS);
            return true;
        }
    }

    private void passOver(UsedPort use, long untilNanos) {
        use.table().live--;
        use.table().heldElsewhere++;
        use.endLease(untilNanos, true);
        used.heldElsewhere.add(use);
    }

    /**
     * The port of a live lease.
     *
     * @throws IllegalStateException if the lease has ended
     */
    public int port(long lease) {
        synchronized (lock) {
            UsedPort use = used.live(lease);
            if (use == null) {
                throw new IllegalStateException("that lease has ended");
            }
            return range.firstPort() + use.index();
        }
    }

    /** Puts every port in TIME_WAIT back among the free ones at once, as resetting the stack does; returns how many. */
    public int clearTimeWait(long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            int cleared = used.waiting.size();
            while (!used.waiting.isEmpty()) {
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
            peakTimeWait = used.waiting.size();
            return peak;
        }
    }

    /** The state of the pool at an instant. */
    public PoolSnapshot snapshot(long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            return new PoolSnapshot(
                    range,
                    scope,
                    timeWaitNanos,
                    latestNanos,
                    tables.live(),
                    used.waiting.size(),
                    tables.rows(used.waiting, latestNanos),
                    List.of());
        }
    }

    /** What each port is doing, at the latest instant that was told: to look changes nothing. */
    public PortStates states() {
        synchronized (lock) {
            PortTable table = tables.fullest();
            List<UsedPort> seen = inUse();
            seen.removeIf(use -> use.table() != table && use.table() != tables.any());
            return new PortStates(range, timeWaitNanos, latestNanos, table.remote, seen);
        }
    }

    /** Nothing is in use, and no time has been told. */
    void restart() {
        synchronized (lock) {
            tables = new PortTables(scope, range.size());
            used = new UsedPorts();
            clockStarted = false;
        }
    }

    void advanceTo(long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
        }
    }

    /** The latest instant told so far. */
    long latestNanos() {
        synchronized (lock) {
            return latestNanos;
        }
    }

    /**
     * Leases the very port that another copy of this pool has leased.
     *
     * @param key the remote endpoint or the local address; {@code null} for all destinations
     * @return the lease, or {@link #REFUSED} where the copies differ
     */
    long leaseAlike(int port, @Nullable Object key, long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            PortTable table =
                    key == null ? tables.any() : tables.of(key, key instanceof RemoteEndpoint remote ? remote : null);
            int index = port - range.firstPort();
            return table.next(index) == index ? take(index, table) : REFUSED;
        }
    }

    /** Passes over the port of a lease until the very instant that another copy of this pool does. */
    void passOverAlike(long lease, long nowNanos) {
        synchronized (lock) {
            advance(nowNanos);
            passOver(Objects.requireNonNull(used.live(lease)), nowNanos + RECHECK_NANOS);
        }
    }

    /** The use that a live lease names. */
    UsedPort use(long lease) {
        synchronized (lock) {
            return Objects.requireNonNull(used.live(lease));
        }
    }

    /** All uses of ports, as they stand: the leases, and then in the order in which they expire, those held elsewhere first. */
    List<UsedPort> inUse() {
        synchronized (lock) {
            List<UsedPort> all = used.live();
            all.addAll(used.heldElsewhere);
            all.addAll(used.waiting);
            return all;
        }
    }

    private void advance(long nowNanos) {
        if (!clockStarted || nowNanos - latestNanos > 0) {
            clockStarted = true;
            latestNanos = nowNanos;
        }
        while (!used.waiting.isEmpty() && used.waiting.getFirst().nanosLeft(latestNanos) <= 0) {
            leaveTimeWait();
        }
        while (!used.heldElsewhere.isEmpty() && used.heldElsewhere.getFirst().nanosLeft(latestNanos) <= 0) {
            UsedPort use = used.heldElsewhere.removeFirst();
            use.table().heldElsewhere--;
            free(use);
        }
    }

    private void leaveTimeWait() {
        UsedPort use = used.waiting.removeFirst();
        use.table().timeWait--;
        free(use);
    }

    private long leaseNext(PortTable table) {
        int index = random == null ? table.next() : table.next(random.nextInt(range.size()));
        return index < 0 ? EXHAUSTED : take(index, table);
    }

    private long take(int index, PortTable table) {
        tables.take(index, table);
        return used.begin(index, table);
    }

    private void free(UsedPort use) {
        tables.giveBack(use.index(), use.table());
        used.end(use);
    }
}
