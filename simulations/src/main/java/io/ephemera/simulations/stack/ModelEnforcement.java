package io.ephemera.simulations.stack;

import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.LeaseCounts;
import io.ephemera.ports.GatewayPool;
import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.Release;
import io.ephemera.reports.RunEnd;
import io.ephemera.reports.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pool that the connections of this JVM are under.
 *
 * @param gateway which they pass; {@code null} if there is none
 */
record ModelEnforcement(EnforcedPool pool, @Nullable GatewayPool gateway) implements Enforcement {

    @Override
    public Slice.Ports ports() {
        int peak = pool.drainPeakTimeWait();
        PoolSnapshot state = pool.snapshot();
        return new Slice.Ports(state.live(), state.timeWait(), state.free(), state.heldElsewhere(), peak);
    }

    @Override
    public Held now() {
        PoolSnapshot state = pool.snapshot();
        return new Held(state.live(), state.timeWait());
    }

    @Override
    public RunEnd.PoolCounts counts() {
        LeaseCounts counts = pool.counts();
        return new RunEnd.PoolCounts(
                counts.leases(),
                counts.connected(),
                counts.exhausted(),
                new RunEnd.LeaseEnds(
                        counts.ended(Release.ACTIVE_CLOSE),
                        counts.ended(Release.PASSIVE_CLOSE),
                        counts.ended(Release.ABORT),
                        counts.ended(Release.FAILED_CONNECT),
                        counts.stillLive()),
                // What held the ports at the refusals comes from the replay, in the order of the instants.
                new RunEnd.HeldAtRefusals(0, 0));
    }

    @Override
    public @Nullable Double meanLifeSeconds() {
        LeaseCounts counts = pool.counts();
        long closed = counts.leases() - counts.stillLive() - counts.ended(Release.FAILED_CONNECT);
        return closed == 0 ? null : counts.liveNanos() / 1e9 / closed;
    }

    @Override
    public List<String> faults(long refusals) {
        List<String> faults = new ArrayList<>();
        Throwable fault = pool.firstFault();
        if (fault != null) {
            faults.add("the port hook failed inside: " + fault);
        }
        long refused = pool.counts().exhausted();
        if (refused != refusals) {
            faults.add("the pool refused " + refused + " connections, but Gatling saw " + refusals
                    + " refused with no free port");
        }
        return faults;
    }

    @Override
    public RunEnd.@Nullable GatewayCounts gatewayCounts() {
        return gateway == null ? null : new RunEnd.GatewayCounts(gateway.opened(), gateway.dropped());
    }

    @Override
    public int resetStack() {
        return pool.resetStack();
    }

    @Override
    public void close() {
        pool.close();
    }
}
