package io.ephemera.cli.plan;

import io.ephemera.cli.console.BadInputException;
import io.ephemera.cli.console.Values;
import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.plan.CallCost;
import io.ephemera.ports.plan.Fleet;
import io.ephemera.ports.plan.FleetPlan;
import io.ephemera.ports.plan.FleetPlanner;
import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Instances behind a gateway. */
final class FleetOptions {

    private static final int MOST_INSTANCES = 1_000_000;
    private static final int MOST_ADDRESSES = 10_000;

    @Option(
            names = "--instances",
            paramLabel = "N",
            description =
                    "plan a fleet of so many instances (VMs, nodes) behind the gateway of --profile; --rate is what"
                            + " all of them call together, and may be left out")
    private @Nullable String instances;

    @Option(names = "--gateway-ips", paramLabel = "N", description = "addresses of the gateway; default 1")
    private @Nullable String gatewayIps;

    @Option(
            names = "--ports-per-instance",
            paramLabel = "N",
            description = "ports that are set for each instance; default: what the platform gives so many instances")
    private @Nullable String portsPerInstance;

    @Option(
            names = "--busiest",
            paramLabel = "TIMES",
            description = "calls of the busiest instance, as a multiple of the mean, like 1.5; default 1")
    private @Nullable String busiest;

    /** Whether a fleet is to be planned. */
    boolean isGiven() {
        if (instances == null && (gatewayIps != null || portsPerInstance != null || busiest != null)) {
            throw new BadInputException(
                    "--instances is missing: how many instances there are behind the gateway, like 25");
        }
        return instances != null;
    }

    Fleet fleet(CatalogueEntry entry, Duration hold) {
        int number = Values.parseGiven("--instances", String.valueOf(instances), text -> whole(text, MOST_INSTANCES));
        Fleet bare = gatewayIps == null
                ? new Fleet(entry, hold, number, 1, null)
                : Values.parseGiven(
                        "--gateway-ips",
                        gatewayIps,
                        text -> new Fleet(entry, hold, number, whole(text, MOST_ADDRESSES), null));
        Fleet fleet = portsPerInstance == null
                ? bare
                : Values.parseGiven(
                        "--ports-per-instance",
                        portsPerInstance,
                        text -> new Fleet(entry, hold, number, bare.addresses(), whole(text, MOST_INSTANCES)));
        Values.parseGiven("--instances", String.valueOf(instances), text -> fleet.portsEach());
        return fleet;
    }

    private static int whole(String text, int most) {
        return (int) Values.whole(text, 1, most);
    }

    FleetPlan plan(Fleet fleet, @Nullable Double callsPerSecond, CallCost cost) {
        OptionalDouble rate = callsPerSecond == null ? OptionalDouble.empty() : OptionalDouble.of(callsPerSecond);
        if (busiest == null) {
            return FleetPlanner.plan(fleet, rate, 1, cost);
        }
        return Values.parseGiven(
                "--busiest",
                busiest,
                text -> FleetPlanner.plan(fleet, rate, Values.number(text, 1, fleet.instances()), cost));
    }
}
