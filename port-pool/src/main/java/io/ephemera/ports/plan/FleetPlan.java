package io.ephemera.ports.plan;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What the ports of a {@link Fleet} carry.
 *
 * @param fleet the fleet
 * @param callsPerSecond what all instances call together; empty where only the capacity is asked for
 * @param busiest calls of the busiest instance, as a multiple of the mean; 1 where all are alike
 * @param cost what a call takes
 * @param changes each enough by itself, the cheapest first; empty where the ports suffice
 */
public record FleetPlan(
        Fleet fleet, OptionalDouble callsPerSecond, double busiest, CallCost cost, List<Change> changes) {

    /** Copies the changes. */
    public FleetPlan {
        changes = List.copyOf(changes);
    }

    double holdSeconds() {
        return (fleet.hold().toNanos() + cost.life().toNanos()) / 1e9;
    }

    private double callsAtOnce() {
        int calls = fleet.portsEach() / cost.portsPerCall();
        return calls;
    }

    /** The highest rate of one instance that can go on for ever; where ports are shared, if the others call nothing. */
    public double callsPerSecondEach() {
        return callsAtOnce() / holdSeconds();
    }

    /** The highest rate of all together before the busiest fails. */
    public double callsPerSecondOfAll() {
        return fleet.isShared() ? callsPerSecondEach() : callsPerSecondEach() * fleet.instances() / busiest;
    }

    /** What the busiest instance calls. */
    public OptionalDouble callsPerSecondOfBusiest() {
        return callsPerSecond.isEmpty()
                ? callsPerSecond
                : OptionalDouble.of(callsPerSecond.getAsDouble() / fleet.instances() * busiest);
    }

    /** Ports that the busiest needs, or all together where they are shared; 0 where no rate is asked for. */
    public int portsNeeded() {
        double rate = fleet.isShared()
                ? callsPerSecond.orElse(0)
                : callsPerSecondOfBusiest().orElse(0);
        return (int) Math.min(Integer.MAX_VALUE, Math.ceil(rate * holdSeconds() - 1e-9) * cost.portsPerCall());
    }

    /** Whether the ports suffice. */
    public boolean holds() {
        return portsNeeded() <= fleet.portsEach();
    }

    /** When the busiest instance finds no port for the first time, in seconds; empty where it always does. */
    public OptionalDouble firstFailureSeconds() {
        double rate = fleet.isShared()
                ? callsPerSecond.orElse(0)
                : callsPerSecondOfBusiest().orElse(0);
        return holds() ? OptionalDouble.empty() : OptionalDouble.of(callsAtOnce() / rate);
    }

    /** The plan in one sentence. */
    public String sentence() {
        String fails = fleet.isShared()
                ? "all instances fail together"
                : busiest > 1 ? "the busiest instance fails first" : "every instance fails, all at about the same time";
        if (callsPerSecond.isEmpty()) {
            return String.format(
                    Change.LOCALE,
                    "%,d instances hold %,.4g calls/s together; above that %s.",
                    fleet.instances(),
                    callsPerSecondOfAll(),
                    fails);
        }
        return holds()
                ? String.format(
                        Change.LOCALE,
                        "The ports suffice: %,d of %,d are needed%s.",
                        portsNeeded(),
                        fleet.portsEach(),
                        fleet.isShared() ? "" : " by the busiest instance")
                : String.format(
                        Change.LOCALE,
                        "%,d ports are needed%s, there are %,d: after %,.4g s %s.",
                        portsNeeded(),
                        fleet.isShared() ? "" : " by the busiest instance",
                        fleet.portsEach(),
                        firstFailureSeconds().orElseThrow(),
                        fails);
    }
}
