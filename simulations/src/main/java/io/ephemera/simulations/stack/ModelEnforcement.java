package io.ephemera.simulations.stack;

import io.ephemera.agent.Exhaustion;
import io.ephemera.agent.Governance;
import io.ephemera.agent.LeaseCounts;
import io.ephemera.agent.PortHook;
import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.bind.ReplayedDelegate;
import io.ephemera.reports.RunEnd;
import io.ephemera.reports.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pool that governs the connections of this JVM.
 *
 * @param runaway the delegate that chooses the ports and is to run away; {@code null} if none is
 */
record ModelEnforcement(
        PortHook hook, Governance governance, @Nullable ReplayedDelegate runaway) implements Enforcement {

    @Override
    public Slice.Ports ports() {
        int peak = governance.drainPeakTimeWait();
        PoolSnapshot state = governance.snapshot();
        return new Slice.Ports(state.live(), state.timeWait(), state.free(), state.heldElsewhere(), peak);
    }

    @Override
    public Held now() {
        PoolSnapshot state = governance.snapshot();
        return new Held(state.live(), state.timeWait());
    }

    @Override
    public Held atLastExhaustion() {
        Exhaustion last = governance.lastExhaustion();
        return last == null ? new Held(0, 0) : new Held(last.live(), last.timeWait());
    }

    @Override
    public RunEnd.PoolCounts counts() {
        LeaseCounts pool = governance.counts();
        return new RunEnd.PoolCounts(
                pool.leases(),
                pool.connected(),
                pool.exhausted(),
                pool.activeClose(),
                pool.passiveClose(),
                pool.aborted(),
                pool.failedConnect(),
                pool.stillLive(),
                pool.liveAtExhaustion(),
                pool.timeWaitAtExhaustion());
    }

    @Override
    public @Nullable Double meanLifeSeconds() {
        LeaseCounts pool = governance.counts();
        long closed = pool.activeClose() + pool.passiveClose() + pool.aborted();
        return closed == 0 ? null : pool.liveNanos() / 1e9 / closed;
    }

    @Override
    public List<String> faults(long refusals) {
        List<String> faults = new ArrayList<>();
        Throwable fault = hook.firstFault();
        if (fault != null) {
            faults.add("the port hook failed inside: " + fault);
        }
        long refused = governance.counts().exhausted();
        if (refused != refusals) {
            faults.add("the pool refused " + refused + " connections, but Gatling saw " + refusals
                    + " refused for want of a port");
        }
        if (runaway != null && runaway.portsAfterThrow() > 0) {
            faults.add("the delegate gave out " + runaway.portsAfterThrow()
                    + " ports after it had thrown: which call failed first can't be told");
        }
        return faults;
    }

    @Override
    public int resetStack() {
        return governance.resetStack();
    }

    @Override
    public void close() {
        governance.close();
    }
}
