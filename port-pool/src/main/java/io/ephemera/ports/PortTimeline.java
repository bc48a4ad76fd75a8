package io.ephemera.ports;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * A {@link PortPool} in virtual time: connections are told in the order in which they begin, each with when it ends and how, and
 * what ends is given back before what begins later. So the pool stands exactly as it would at each instant. At equal instants what
 * ends comes before what begins.
 *
 * <p>Not safe for concurrent use.
 */
public final class PortTimeline {

    private final PortPool pool;
    private final PriorityQueue<End> ends =
            new PriorityQueue<>(Comparator.comparingLong(End::atNanos).thenComparingLong(End::order));
    private long order;

    private record End(long atNanos, long order, long lease, Release how) {}

    /** @param pool empty, and told of nothing else */
    public PortTimeline(PortPool pool) {
        this.pool = pool;
    }

    /**
     * A connection begins.
     *
     * @param atNanos never before that of the one before
     * @return the lease, or {@link PortPool#EXHAUSTED}
     */
    public long begin(RemoteEndpoint remote, long atNanos) {
        passTo(atNanos);
        return pool.lease(remote, atNanos);
    }

    /**
     * When a connection that has begun ends.
     *
     * @param atNanos never before the latest beginning
     */
    public void end(long lease, long atNanos, Release how) {
        ends.add(new End(atNanos, order++, lease, how));
    }

    /** Puts every port in TIME_WAIT back at once; returns how many. */
    public int clearTimeWait(long atNanos) {
        passTo(atNanos);
        return pool.clearTimeWait(atNanos);
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
