package io.ephemera.ports.plan;

import java.util.Arrays;

/**
 * The ports of one or more pools, as far as counting needs them: every port is taken for the same time, so they come back in the
 * order in which they were taken, and a pool of P is a ring of P times. Which port it is makes no difference to a plan.
 */
final class BusyPorts {

    private final long holdNanos;
    private final long lifeNanos;
    private final long[][] freeAtNanos;
    private final int[] next;

    /** When each port in TIME_WAIT leaves it, in order, over all pools. */
    private final long[] leavesAtNanos;

    private int oldest;
    private int waiting;
    private int peakTimeWait;

    BusyPorts(Limits limits, CallCost cost) {
        lifeNanos = cost.life().toNanos();
        holdNanos = lifeNanos + limits.hold().toNanos();
        freeAtNanos = new long[limits.pools()][limits.ports()];
        for (long[] pool : freeAtNanos) {
            Arrays.fill(pool, Long.MIN_VALUE);
        }
        next = new int[freeAtNanos.length];
        leavesAtNanos = new long[Math.multiplyExact(limits.ports(), freeAtNanos.length)];
        long backNanos = limits.hold().toNanos();
        for (int pool = 0; pool < freeAtNanos.length; pool++) {
            Arrays.fill(freeAtNanos[pool], 0, limits.taken(), backNanos);
            next[pool] = limits.taken();
            for (int port = 0; port < limits.taken(); port++) {
                countTimeWait(0, backNanos);
            }
        }
    }

    /** Takes ports of a pool for a call that starts now; those before the one that is missing are taken all the same. */
    boolean take(int pool, int ports, long nowNanos) {
        long[] ring = freeAtNanos[pool];
        for (int i = 0; i < ports; i++) {
            int at = next[pool];
            if (ring[at] > nowNanos) {
                return false;
            }
            ring[at] = nowNanos + holdNanos;
            next[pool] = at + 1 == ring.length ? 0 : at + 1;
            countTimeWait(nowNanos + lifeNanos, nowNanos + holdNanos);
        }
        return true;
    }

    private void countTimeWait(long fromNanos, long untilNanos) {
        while (waiting > 0 && leavesAtNanos[oldest] <= fromNanos) {
            oldest = oldest + 1 == leavesAtNanos.length ? 0 : oldest + 1;
            waiting--;
        }
        int at = oldest + waiting;
        leavesAtNanos[at >= leavesAtNanos.length ? at - leavesAtNanos.length : at] = untilNanos;
        waiting++;
        peakTimeWait = Math.max(peakTimeWait, waiting);
    }

    int peakTimeWait() {
        return peakTimeWait;
    }
}
