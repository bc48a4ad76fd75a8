package io.ephemera.ports.plan;

import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.CatalogueEntry.PlatformRemedy;
import io.ephemera.ports.CatalogueEntry.Variant;
import io.ephemera.ports.Profile;
import io.ephemera.ports.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a load is planned against.
 *
 * @param ports ports of the pool; of one destination under {@link Scope#DESTINATION}
 * @param hold how long a port stays taken after a close: TIME_WAIT, or a gateway's hold after a close
 * @param scope for whom a port in use is taken
 * @param destinations destinations that the calls go to in turn; they make a difference under {@link Scope#DESTINATION} only
 * @param remedies documented changes, for the planner to choose from
 * @param taken ports of each pool that are in TIME_WAIT when the load starts, all for one whole hold from then: the worst case
 */
public record Limits(
        int ports, Duration hold, Scope scope, int destinations, List<PlatformRemedy> remedies, int taken) {

    private static final int MOST_PORTS = 1_048_576;
    /** Memory grows with ports times destinations. */
    static final int MOST_DESTINATIONS = 100;

    /** @throws IllegalArgumentException if a component is out of its range */
    public Limits {
        if (ports < 1 || ports > MOST_PORTS) {
            throw new IllegalArgumentException("ports are 1 to " + MOST_PORTS + ", not " + ports);
        }
        if (hold.isZero() || hold.isNegative()) {
            throw new IllegalArgumentException("TIME_WAIT must be above 0, not " + hold);
        }
        if (destinations < 1 || destinations > MOST_DESTINATIONS) {
            throw new IllegalArgumentException("destinations are 1 to " + MOST_DESTINATIONS + ", not " + destinations);
        }
        if (taken < 0 || taken >= ports) {
            throw new IllegalArgumentException(
                    "of " + ports + " ports 0 to " + (ports - 1) + " are taken, not " + taken);
        }
        remedies = List.copyOf(remedies);
    }

    /** Limits whose ports are all free when the load starts. */
    public Limits(int ports, Duration hold, Scope scope, int destinations, List<PlatformRemedy> remedies) {
        this(ports, hold, scope, destinations, remedies, 0);
    }

    /** The limits of a profile, towards one destination. */
    public static Limits of(Profile profile) {
        return of(CatalogueEntry.of(profile));
    }

    /**
     * The limits of an entry of the catalogue, towards one destination.
     *
     * @throws IllegalArgumentException if no hold after a close is documented for it
     */
    public static Limits of(CatalogueEntry entry) {
        Duration hold = entry.hold();
        if (hold == null) {
            throw new IllegalArgumentException(
                    entry.name() + " can't be planned with: how long it holds a port after a close is not documented");
        }
        return new Limits(entry.ports(), hold, entry.scope(), 1, entry.remedies());
    }

    /** The same limits towards several destinations. */
    public Limits withDestinations(int others) {
        return new Limits(ports, hold, scope, others, remedies, taken);
    }

    /** The same limits with so many ports of each pool in TIME_WAIT when the load starts. */
    public Limits withTaken(int inTimeWait) {
        return new Limits(ports, hold, scope, destinations, remedies, inTimeWait);
    }

    /**
     * The same platform with other figures. A documented change sets one figure, so the other one stays as it is given here; a change
     * that would make things worse than they are is left out.
     */
    public Limits overridden(int otherPorts, Duration otherHold, Scope otherScope) {
        List<PlatformRemedy> others = new ArrayList<>();
        for (PlatformRemedy remedy : remedies) {
            Limits changed = changedBy(remedy);
            int after = changed.ports == ports ? otherPorts : Math.max(otherPorts, changed.ports);
            Duration held =
                    changed.hold.equals(hold) || otherHold.compareTo(changed.hold) < 0 ? otherHold : changed.hold;
            if (after != otherPorts || !held.equals(otherHold)) {
                others.add(remedy.withAfter(new Variant(after, held, "")));
            }
        }
        return new Limits(otherPorts, otherHold, otherScope, destinations, others, taken);
    }

    /** What a change of these limits makes of them. */
    Limits changedBy(PlatformRemedy remedy) {
        Duration after = remedy.after().hold();
        return with(remedy.after().ports(), after == null ? hold : after);
    }

    Limits with(int otherPorts, Duration otherHold) {
        return new Limits(otherPorts, otherHold, scope, destinations, remedies, taken);
    }

    int pools() {
        return scope == Scope.GLOBAL ? 1 : destinations;
    }

    long holdNanos(CallCost cost) {
        return hold.toNanos() + cost.life().toNanos();
    }

    /** Calls that the ports suffice for at once. */
    double callsAtOnce(CallCost cost) {
        int ofOnePool = ports / cost.portsPerCall();
        return (double) ofOnePool * pools();
    }

    /** The same until the ports that were taken before the load are back. */
    double callsAtOnceAtFirst(CallCost cost) {
        int ofOnePool = (ports - taken) / cost.portsPerCall();
        return (double) ofOnePool * pools();
    }

    double safeCallsPerSecond(CallCost cost) {
        return callsAtOnce(cost) / (holdNanos(cost) / 1e9);
    }
}
