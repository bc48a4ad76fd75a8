package io.ephemera.simulations.load;

import io.ephemera.ports.CatalogueEntry;
import io.ephemera.ports.CatalogueEntry.PlatformRemedy;
import io.ephemera.ports.GatewayLimits;
import io.ephemera.ports.GatewayLimits.Allocation;
import io.ephemera.ports.GatewayPool;
import io.ephemera.ports.Profile;
import io.ephemera.ports.Scope;
import io.ephemera.ports.run.RunPlan.Gateway;
import io.ephemera.ports.run.RunPlan.GatewayRemedy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A gateway that several clients share, each a host with ports of its own. The calls of a run are those of its clients, in turn.
 *
 * @param platform what the catalogue knows of it
 * @param limits those of a run
 * @param clients how many are behind it, from 1 up
 * @param serviceTime how long a connection lives until it is answered and closed
 * @param connectTimeout after which a client gives up a connect that is not answered
 */
public record SharedGateway(
        CatalogueEntry platform, GatewayLimits limits, int clients, Duration serviceTime, Duration connectTimeout) {

    /** First three numbers of its clients' addresses where a kernel routes them: private ones (RFC 1918). */
    public static final String CLIENT_NETWORK = "10.98.1";

    /** Azure's load balancer gives ports out in multiples of it (Microsoft Learn, outbound rules). */
    private static final int BLOCK_UNIT = 8;

    /** A pool that is empty. */
    public GatewayPool pool() {
        return new GatewayPool(limits);
    }

    /** From when a connection takes a port until another can have it. */
    private long cycleNanos(long holdNanos) {
        return serviceTime.toNanos() + (limits.closedOnesCount() ? holdNanos : 0);
    }

    /** Its limits in the words of a profile; TIME_WAIT is how long a connection keeps a port of it, its life included. */
    public Profile profile() {
        Map<String, String> sources = new HashMap<>();
        platform.figures().forEach((key, figure) -> sources.put(key, figure.source()));
        return new Profile(
                platform.name(),
                platform.platform(),
                limits.range(),
                Duration.ofNanos(cycleNanos(limits.holdNanos())),
                limits.mapping(),
                "connection timed out",
                "connection timed out",
                sources,
                List.of());
    }

    /** Pools of so many ports that the calls are spread over, given how many endpoints they go to. */
    public int pools(int destinations) {
        return (limits.allocation() == Allocation.BLOCK ? clients : 1)
                * (limits.mapping() == Scope.DESTINATION ? destinations : 1);
    }

    /** Whether it runs out of ports at a lower rate than its clients. */
    public boolean bindsBefore(Profile host, int destinations) {
        long cycle = cycleNanos(limits.holdNanos());
        return cycle > 0
                && limits.range().size() * pools(destinations) / (cycle / 1e9)
                        < host.range().size() * clients / (host.timeWaitSeconds() + serviceTime.toNanos() / 1e9);
    }

    /** As a plan has it. */
    public Gateway planned(Profile host, int destinations) {
        return new Gateway(
                platform.name(),
                clients,
                limits.range().size(),
                limits.holdNanos() / 1e9,
                limits.allocation().toString(),
                limits.mapping() == Scope.GLOBAL,
                serviceTime.toNanos() / 1e9,
                connectTimeout.toNanos() / 1e9,
                bindsBefore(host, destinations),
                host.name(),
                host.range().size(),
                host.timeWaitSeconds(),
                remedies(destinations));
    }

    /** What can be changed; where each client has a block, the ports of an address are shared out among them, in eights. */
    private List<GatewayRemedy> remedies(int destinations) {
        List<GatewayRemedy> remedies = new ArrayList<>();
        for (PlatformRemedy remedy : platform.remedies()) {
            // What it leaves as it is, is as it was given.
            Duration hold = remedy.after().hold();
            boolean sameHold = hold == null || hold.equals(platform.hold());
            int ports = remedy.after().ports();
            String name = remedy.name();
            if (ports == platform.ports()) {
                ports = limits.range().size();
            } else if (limits.allocation() != Allocation.BLOCK) {
                // So many times the ports that it was given, as by further addresses.
                ports = (int) ((long) ports * limits.range().size() / platform.ports());
            } else if (clients > 1) {
                ports = Math.max(1, ports / clients / BLOCK_UNIT * BLOCK_UNIT);
                CatalogueEntry.Smaller smaller = remedy.smaller();
                name = smaller == null
                        ? name + " (" + ports + " for each of " + clients + " clients)"
                        : smaller.named(ports / smaller.unitPorts());
            }
            remedies.add(new GatewayRemedy(
                    name,
                    (long) ports * pools(destinations),
                    cycleNanos(sameHold || hold == null ? limits.holdNanos() : hold.toNanos()) / 1e9));
        }
        return remedies;
    }

    /** Several clients are told apart by the local address that their connections are bound to, each with ports of its own. */
    public Scope scopeOfHosts(Scope scope) {
        return clients > 1 ? Scope.DESTINATION : scope;
    }
}
