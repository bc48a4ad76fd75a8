package io.ephemera.cli.plan;

import io.ephemera.ports.plan.CallCost;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Load;

/**
 * Ports that a load asks for over time: those of all calls that started within the last hold, whether they got them or not. Where
 * it is above the ports there are, calls fail.
 */
final class Demand {

    private final Load load;
    private final long holdNanos;
    private final int portsPerCall;

    Demand(Load load, Limits limits, CallCost cost) {
        this.load = load;
        this.holdNanos = limits.hold().plus(cost.life()).toNanos();
        this.portsPerCall = cost.portsPerCall();
    }

    /** The demand at a time, in ports. */
    double portsAt(long nanos) {
        return (double) (callsBefore(nanos + 1) - callsBefore(nanos - holdNanos + 1)) * portsPerCall;
    }

    /** How many calls start before a time: starts never fall, so it is found by halving. */
    private long callsBefore(long nanos) {
        long low = 0;
        long high = load.calls();
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (load.startNanos(middle) < nanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
