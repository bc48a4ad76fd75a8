package io.ephemera.simulations.stack;

import io.ephemera.agent.Governance;
import io.ephemera.agent.HookUnavailableException;
import io.ephemera.agent.Limits;
import io.ephemera.agent.PortHook;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.bind.RoundRobinDelegate;
import io.ephemera.ports.bind.ServicePoint;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.simulations.load.Speedup;
import io.ephemera.simulations.load.Usage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Our port pool enforces the limits, by a hook in the JDK's socket classes. */
final class ModelStack implements Stack {

    /** The warm-up is not to exhaust anything, only to make the path warm: its ports come back at once. */
    private static final long WARM_UP_HOLD_NANOS = 5_000_000L;

    private static final int PORT_TRIES = 16;

    private final Profile profile;
    private final boolean bindsItself;
    private final PortHook hook;
    private double speedup = 1;
    private @Nullable Governance warmUp;

    private ModelStack(Profile profile, boolean bindsItself, PortHook hook) {
        this.profile = profile;
        this.bindsItself = bindsItself;
        this.hook = hook;
    }

    /** @param bindsItself whether a correct {@code BindIPEndPointDelegate} chooses the ports, and not the pool */
    static ModelStack open(Profile profile, boolean bindsItself) throws HookUnavailableException {
        PortHook hook = PortHook.install();
        hook.selfTest();
        return new ModelStack(profile, bindsItself, hook);
    }

    @Override
    public Profile profile() {
        return profile;
    }

    /**
     * The stub's own port would be missing from the pool, were it one of the range. Explicit ports are tried where the system has
     * none left to choose from by itself: right after a run over most of the ports they are in TIME_WAIT.
     */
    @Override
    public StubPlace stubPlace() {
        PortRange range = profile.range();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < PORT_TRIES; i++) {
            ports.add(0);
        }
        for (int i = 0; i < PORT_TRIES; i++) {
            ports.add(range.lastPort() + 1 + i);
            ports.add(range.firstPort() - 1 - i);
        }
        // Last of all ports of the range itself, from its end, where a run comes last.
        for (int i = 0; i < PORT_TRIES; i++) {
            ports.add(range.lastPort() - i);
        }
        ports.removeIf(port -> port != 0 && (port < 1024 || port > 65_535));
        return new StubPlace(StubPlace.LOOPBACK, ports, StubPlace.LOOPBACK, false);
    }

    @Override
    public int effectivePorts() throws IOException {
        return profile.range().size() - PortScan.heldElsewhere(profile.range());
    }

    @Override
    public @Nullable List<Double> defaultRates(Usage usage) {
        return null;
    }

    @Override
    public boolean canBeSaturated(Usage usage) {
        return true;
    }

    @Override
    public double highestSpeedup(Usage usage, List<PlannedStep> steps) {
        return Speedup.highestExact(profile.timeWaitSeconds(), usage, steps);
    }

    @Override
    public Profile enforce(double speedup) {
        this.speedup = speedup;
        return profile;
    }

    @Override
    public List<String> remarks() {
        return List.of();
    }

    @Override
    public boolean isExhaustion(String message) {
        return message.contains("BindException")
                && (message.endsWith(profile.connectMessage()) || message.endsWith(profile.bindMessage()));
    }

    @Override
    public void warmUp(Set<RemoteEndpoint> endpoints) {
        warmUp = govern(endpoints, WARM_UP_HOLD_NANOS);
    }

    /** Puts the measured calls under a pool that is empty. */
    @Override
    public Enforcement measure(Set<RemoteEndpoint> endpoints) {
        if (warmUp != null) {
            warmUp.close();
        }
        return new ModelEnforcement(hook, govern(endpoints, Math.round(profile.timeWaitSeconds() / speedup * 1e9)));
    }

    private Governance govern(Set<RemoteEndpoint> endpoints, long holdNanos) {
        PortPool pool = new PortPool(profile.range(), holdNanos, profile.scope(), SelectionOrder.sequential());
        ServicePoint servicePoint = bindsItself
                ? new ServicePoint(
                        new RoundRobinDelegate(profile.range()),
                        pool,
                        ServicePoint.ConflictShows.AT_BIND,
                        profile.range().size())
                : null;
        return hook.govern(new Limits(
                pool,
                System::nanoTime,
                endpoints::contains,
                profile.connectMessage(),
                profile.bindMessage(),
                servicePoint));
    }
}
