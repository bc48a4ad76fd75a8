package io.ephemera.cli.plan;

import io.ephemera.ports.Scope;
import io.ephemera.ports.plan.CallCost;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Load;

/**
 * Ports that a load asks for over time: those of all calls that started within the last hold, whether they got them or not,
 * and those that were taken before the load. Where it is above the ports there are, calls fail.
 */
final class Demand {

    private final Load load;
    private final long holdNanos;
    private final int portsPerCall;
    private final long takenUntilNanos;
    private final double taken;

    Demand(Load load, Limits limits, CallCost cost) {
        this.load = load;
        this.holdNanos = limits.hold().plus(cost.life()).toNanos();
        this.portsPerCall = cost.portsPerCall();
        this.takenUntilNanos = limits.hold().toNanos();
        this.taken = (double) limits.taken() * (limits.scope() == Scope.GLOBAL ? 1 : limits.destinations());
    }

    /** The demand at a time, in ports. */
    double portsAt(long nanos) {
        double calls = (double) (load.callsBefore(nanos + 1) - load.callsBefore(nanos - holdNanos + 1));
        return calls * portsPerCall + (nanos < takenUntilNanos ? taken : 0);
    }
}
