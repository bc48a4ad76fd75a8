package io.ephemera.ports;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A {@link PortPool} in virtual time: connections are told in the order in which they begin, each with when it ends and how, and
 * what ends is given back before what begins later. So the pool stands exactly as it would at each instant. At equal instants what
 * ends comes before what begins. A gateway behind the pool is passed by every connection that has its local port.
 *
 * <p>Not safe for concurrent use.
 */
public final class PortTimeline {

    /** Returned instead of a lease where the gateway drops the SYN: the local port is in use until the connect times out. */
    public static final long DROPPED = -3;

    private final PortPool pool;
    private final @Nullable GatewayPool gateway;
    private final long connectTimeoutNanos;
    private final Map<Long, GatewayPool.Mapping> mappings = new HashMap<>();
    private final PriorityQueue<End> ends =
            new PriorityQueue<>(Comparator.comparingLong(End::atNanos).thenComparingLong(End::order));
    private long order;

    private record End(long atNanos, long order, long lease, Release how) {}

    /** @param pool empty, and told of nothing else */
    public PortTimeline(PortPool pool) {
        this(pool, null, 0);
    }

    /**
     * The same behind a gateway.
     *
     * @param gateway told of nothing else; {@code null}: there is none
     * @param connectTimeoutNanos after which a client gives up a connect that is not answered
     */
    public PortTimeline(PortPool pool, @Nullable GatewayPool gateway, long connectTimeoutNanos) {
        this.pool = pool;
        this.gateway = gateway;
        this.connectTimeoutNanos = connectTimeoutNanos;
    }

    /**
     * A connection begins.
     *
     * @param atNanos never before that of the one before
     * @return the lease, or {@link PortPool#EXHAUSTED}
     */
    public long begin(RemoteEndpoint remote, long atNanos) {
        return begin(Route.to(remote), atNanos);
    }

    /**
     * The same on a way that may lead through a gateway.
     *
     * @return the lease, {@link PortPool#EXHAUSTED} or {@link #DROPPED}
     */
    public long begin(Route route, long atNanos) {
        passTo(atNanos);
        long lease = pool.lease(route.drawsFrom(), atNanos);
        if (gateway == null || lease == PortPool.EXHAUSTED) {
            return lease;
        }
        GatewayPool.Mapping mapping = gateway.open(route.client(), pool.port(lease), route.remote(), atNanos);
        if (mapping == null) {
            ends.add(new End(atNanos + connectTimeoutNanos, order++, lease, Release.FAILED_CONNECT));
            return DROPPED;
        }
        mappings.put(lease, mapping);
        return lease;
    }

    /**
     * When a connection that has begun ends.
     *
     * @param atNanos never before the latest beginning
     */
    public void end(long lease, long atNanos, Release how) {
        ends.add(new End(atNanos, order++, lease, how));
        GatewayPool.Mapping mapping = mappings.remove(lease);
        if (gateway != null && mapping != null) {
            gateway.close(mapping, how, atNanos);
        }
    }

    /** The gateway; {@code null} if there is none. */
    public @Nullable GatewayPool gateway() {
        return gateway;
    }

    /** Puts every port in TIME_WAIT back at once; returns how many. */
    public int clearTimeWait(long atNanos) {
        passTo(atNanos);
        return pool.clearTimeWait(atNanos);
    }

    /** What each of the clients' ports is doing, at the latest instant that was told. */
    public PortStates states() {
        return pool.states();
    }

    /** The state of all ports at an instant, never before the latest one. */
    public PoolSnapshot snapshot(long atNanos) {
        passTo(atNanos);
        return pool.snapshot(atNanos);
    }

    /** The highest number of ports in TIME_WAIT up to an instant, since the last call of this method. */
    public int drainPeakTimeWait(long atNanos) {
        passTo(atNanos);
        return pool.drainPeakTimeWait(atNanos);
    }

    /** Gives back what ends up to an instant. */
    public void passTo(long atNanos) {
        for (End end = ends.peek(); end != null && end.atNanos <= atNanos; end = ends.peek()) {
            ends.remove();
            pool.release(end.lease, end.how, end.atNanos);
        }
    }
}
