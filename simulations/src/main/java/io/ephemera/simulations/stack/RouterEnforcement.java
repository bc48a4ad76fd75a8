package io.ephemera.simulations.stack;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.reports.RunEnd;
import io.ephemera.reports.Slice;
import io.ephemera.simulations.load.SharedGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Linux enforces the limits of hosts and of their gateway. Where the gateway's ports run out, those are looked at: of live connections. */
final class RouterEnforcement extends KernelEnforcement {

    private final GatewayRouter router;
    private final int ports;
    private final boolean ofLiveConnections;
    private volatile @Nullable IOException unreadable;

    /** @param ports those that run out: the gateway's, or the hosts' */
    RouterEnforcement(
            PortRange hostRange,
            Set<RemoteEndpoint> endpoints,
            KernelHoldTime hold,
            int ports,
            GatewayRouter router,
            SharedGateway gateway) {
        super(hostRange, endpoints, hold, ports);
        this.router = router;
        this.ports = ports;
        this.ofLiveConnections = !gateway.serviceTime().isZero();
    }

    @Override
    public Slice.@Nullable Ports ports() {
        Slice.Ports ofHosts = super.ports();
        return ofHosts == null || !ofLiveConnections
                ? ofHosts
                : new Slice.Ports(live(ofHosts.live()), 0, ports - live(ofHosts.live()), 0, 0);
    }

    @Override
    public Held now() {
        Held ofHosts = super.now();
        return ofLiveConnections ? new Held(live(ofHosts.live()), 0) : ofHosts;
    }

    /** Those whose SYN was dropped have a port of their host's, but none of the gateway's. */
    private int live(int ofHosts) {
        return Math.min(ports, ofHosts);
    }

    @Override
    public RunEnd.@Nullable GatewayCounts gatewayCounts() {
        try {
            return router.counts();
        } catch (IOException e) {
            unreadable = e;
            return null;
        }
    }

    @Override
    public List<String> faults(long refusals) {
        List<String> faults = new ArrayList<>(super.faults(refusals));
        gatewayCounts();
        IOException failure = unreadable;
        if (failure != null) {
            faults.add("the router's counters could not be read: " + failure.getMessage());
        }
        return faults;
    }
}
