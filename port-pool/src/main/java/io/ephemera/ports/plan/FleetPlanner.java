package io.ephemera.ports.plan;

import io.ephemera.ports.CatalogueEntry.PlatformRemedy;
import io.ephemera.ports.Figure;
import io.ephemera.ports.plan.Change.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Says how many ports each instance of a fleet gets, and what that carries:
 *
 * <pre>
 * ports each      = addresses x ports of an address / instances      [ports]
 * rate each       = ⌊ports each / ports per call⌋ / hold             [calls/s]
 * rate of all     = rate each x instances / busiest                  [calls/s]
 * ports needed    = rate of all / instances x busiest x hold         [ports]
 * </pre>
 *
 * <p>Hold is the life of a connection and the gateway's hold after its close. That ports are a block an instance, and how large it
 * is, is a figure of the {@linkplain io.ephemera.ports.ProfileCatalogue catalogue} with its source, as is what an address has:
 * 64,000 ports on Azure's load balancer, so 2,909 each for 22 instances.
 */
public final class FleetPlanner {

    private FleetPlanner() {}

    /**
     * Plans a fleet.
     *
     * @param callsPerSecond of all instances together, towards one destination; empty where only the capacity is asked for
     * @param busiest calls of the busiest instance, as a multiple of the mean, from 1 to the number of instances
     * @throws IllegalArgumentException if {@code busiest} is out of its range, or the platform documents no ports for so many
     */
    public static FleetPlan plan(Fleet fleet, OptionalDouble callsPerSecond, double busiest, CallCost cost) {
        if (!(busiest >= 1 && busiest <= fleet.instances())) {
            throw new IllegalArgumentException(
                    "the busiest instance calls from 1 to " + fleet.instances() + " times the mean, not " + busiest);
        }
        FleetPlan plan = new FleetPlan(fleet, callsPerSecond, busiest, cost, List.of());
        return plan.holds() ? plan : new FleetPlan(fleet, callsPerSecond, busiest, cost, changes(plan));
    }

    /** Without money first: a setting, the application, then what costs. */
    private static List<Change> changes(FleetPlan plan) {
        Fleet fleet = plan.fleet();
        List<Change> changes = new ArrayList<>();
        int needed = fleet.stepUp(plan.portsNeeded());
        boolean isSettable = fleet.addressPorts().isPresent();
        if (isSettable && needed <= fleet.mostPortsEach().orElse(0)) {
            changes.add(new Change(
                    Kind.MORE_PORTS_EACH,
                    setting(fleet, "portsSetting"),
                    needed,
                    String.format(
                            Change.LOCALE,
                            "%,d ports an instance (%s): of these addresses each can have %,d.",
                            needed,
                            setting(fleet, "portsSetting"),
                            fleet.stepDown(fleet.mostPortsEach().orElse(0)))));
        }
        long calls = (plan.portsNeeded() + (long) fleet.portsEach() - 1) / fleet.portsEach();
        changes.add(new Change(
                Kind.REUSE_CONNECTIONS,
                "keep-alive",
                calls,
                String.format(
                        Change.LOCALE, "Keep connections and make at least %,d calls over each (keep-alive).", calls)));
        settings(plan, changes);
        moreAddresses(plan, needed, changes);
        fleet.figure("privateEndpoint")
                .ifPresent(endpoint -> changes.add(new Change(
                        Kind.PRIVATE_ENDPOINT,
                        endpoint.value(),
                        0,
                        "A " + endpoint.value() + ": its calls take no port of the gateway.")));
        return changes;
    }

    /** Documented changes of the hold, and other gateways. */
    private static void settings(FleetPlan plan, List<Change> changes) {
        Fleet fleet = plan.fleet();
        for (PlatformRemedy remedy : fleet.entry().remedies()) {
            Duration after = remedy.after().hold();
            if (after == null
                    || after.compareTo(fleet.hold()) >= 0
                    || remedy.after().ports() != fleet.entry().ports()) {
                continue;
            }
            Fleet changed =
                    new Fleet(fleet.entry(), after, fleet.instances(), fleet.addresses(), fleet.givenPortsEach());
            FleetPlan then = new FleetPlan(changed, plan.callsPerSecond(), plan.busiest(), plan.cost(), List.of());
            if (then.holds()) {
                changes.add(new Change(
                        Kind.SETTING,
                        remedy.name(),
                        then.callsPerSecondOfAll(),
                        String.format(
                                Change.LOCALE,
                                "%s: %,.4g calls/s are safe then.",
                                remedy.name(),
                                then.callsPerSecondOfAll())));
            }
        }
    }

    private static void moreAddresses(FleetPlan plan, int needed, List<Change> changes) {
        Fleet fleet = plan.fleet();
        boolean isSettable = fleet.addressPorts().isPresent();
        if (!isSettable && !fleet.isShared()) {
            return;
        }
        int addresses = fleet.isShared()
                ? (plan.portsNeeded() + fleet.entry().ports() - 1)
                        / fleet.entry().ports()
                : fleet.addressesFor(needed);
        int most = fleet.figure("mostAddresses")
                .map(Figure::value)
                .map(Integer::valueOf)
                .orElse(Integer.MAX_VALUE);
        boolean fitsAnAddress =
                fleet.isShared() || needed <= fleet.addressPorts().orElse(0);
        if (addresses <= fleet.addresses() || addresses > most || !fitsAnAddress) {
            return;
        }
        String sentence =
                String.format(Change.LOCALE, "%,d addresses (%s)", addresses, setting(fleet, "addressesSetting"));
        String ports = fleet.isShared()
                ? "."
                : String.format(
                        Change.LOCALE, ", and %,d ports an instance (%s).", needed, setting(fleet, "portsSetting"));
        changes.add(new Change(Kind.MORE_ADDRESSES, setting(fleet, "addressesSetting"), addresses, sentence + ports));
    }

    private static String setting(Fleet fleet, String key) {
        return fleet.figure(key).map(Figure::value).orElse("no name is documented for the setting");
    }
}
