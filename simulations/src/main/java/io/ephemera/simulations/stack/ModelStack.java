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
import io.ephemera.ports.bind.BindIPEndPointDelegate;
import io.ephemera.ports.bind.InterlockedDelegate;
import io.ephemera.ports.bind.ReplayedDelegate;
import io.ephemera.ports.bind.RoundRobinDelegate;
import io.ephemera.ports.bind.ServicePoint;
import io.ephemera.ports.bind.SteppedCalls;
import io.ephemera.reports.Particulars;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Speedup;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Our port pool enforces the limits, by a hook in the JDK's socket classes. */
final class ModelStack implements Stack {

    /** What one stall of a busy machine costs the measured threshold is halved by twice the time. */
    private static final int SATURATED_WINDOWS = 4;

    /** The warm-up is not to exhaust anything, only to make the path warm: its ports come back at once. */
    private static final long WARM_UP_HOLD_NANOS = 5_000_000L;

    private static final int PORT_TRIES = 16;

    private static final int HIGHEST_PORT = 65_535;

    /** Threads of the program whose counter runs away. */
    private static final int RUNAWAY_THREADS = 4;

    private final Profile profile;
    private final boolean bindsItself;
    private final int mostTimeWait;
    private final @Nullable SteppedCalls runaway;
    private double speedup = 1;
    private @Nullable PortHook hook;
    private @Nullable Governance warmUp;

    private ModelStack(
            Profile profile, boolean bindsItself, @Nullable Integer mostTimeWait, @Nullable SteppedCalls runaway) {
        this.profile = profile;
        this.bindsItself = bindsItself;
        this.mostTimeWait = mostTimeWait == null ? Integer.MAX_VALUE : mostTimeWait;
        this.runaway = runaway;
    }

    static ModelStack open(Settings settings) {
        weaveAhead();
        Profile profile = settings.profile();
        return new ModelStack(
                profile,
                settings.remedies().contains(Remedy.BIND_CORRECT),
                settings.mostTimeWait(),
                settings.remedies().contains(Remedy.BIND_BUGGY)
                        ? SteppedCalls.runaway(RUNAWAY_THREADS, profile.range().firstPort())
                        : null);
    }

    /** Weaving takes a second, in which the target can be started. */
    private static void weaveAhead() {
        Thread thread = new Thread(
                () -> {
                    try {
                        PortHook.install();
                    } catch (HookUnavailableException | RuntimeException e) {
                        // Tried again, and said, where the hook is needed.
                    }
                },
                "ephemera-hook");
        thread.setDaemon(true);
        thread.start();
    }

    /** The ports that a connection can have; the counter that runs away comes to one more. */
    private PortRange range() {
        return runaway == null ? profile.range() : new PortRange(profile.range().firstPort(), HIGHEST_PORT);
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
        PortRange range = range();
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

    /** The numbers from the one after the first up to the highest port are given out, less those that others hold. */
    @Override
    public Particulars.@Nullable Runaway runaway() throws IOException {
        if (runaway == null) {
            return null;
        }
        int given = SteppedCalls.firstFailure(runaway.predict());
        int held = PortScan.heldElsewhere(new PortRange(range().firstPort() + 1, HIGHEST_PORT));
        return new Particulars.Runaway(
                given - held,
                "the delegate's counter has stepped past " + InterlockedDelegate.LAST + ", " + HIGHEST_PORT
                        + " is a port still, and from " + (HIGHEST_PORT + 1) + " on the delegate throws (seed "
                        + runaway.seed() + ", " + runaway.threads() + " threads)");
    }

    @Override
    public @Nullable List<Double> defaultRates(Usage usage) {
        return null;
    }

    @Override
    public int saturatedWindows(Usage usage) {
        return SATURATED_WINDOWS;
    }

    @Override
    public double highestSpeedup(Usage usage, List<PlannedStep> steps) {
        return Speedup.highestExact(profile.timeWaitSeconds(), usage, steps);
    }

    @Override
    public Profile enforce(double speedup) throws HookUnavailableException {
        PortHook installed = PortHook.install();
        // Not beside the scan for ports that others hold, which would come upon its ports.
        installed.selfTest();
        this.hook = installed;
        this.speedup = speedup;
        return profile;
    }

    private PortHook hook() {
        if (hook == null) {
            throw new IllegalStateException("the limits are not in force yet");
        }
        return hook;
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
        warmUp = govern(endpoints, WARM_UP_HOLD_NANOS, null);
    }

    /** Puts the measured calls under a pool that is empty. */
    @Override
    public Enforcement measure(Set<RemoteEndpoint> endpoints) {
        if (warmUp != null) {
            warmUp.close();
        }
        ReplayedDelegate replayed = runaway == null ? null : replayed(runaway);
        return new ModelEnforcement(
                hook(), govern(endpoints, Math.round(profile.timeWaitSeconds() / speedup * 1e9), replayed), replayed);
    }

    /** Real threads call the delegate of the sample, in the order of the schedule; connections get what they got. */
    private static ReplayedDelegate replayed(SteppedCalls calls) {
        try {
            return new ReplayedDelegate(calls.run());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while threads called the delegate", e);
        }
    }

    /** @param replayed the delegate that runs away; {@code null} for calls that are not to meet it */
    private Governance govern(Set<RemoteEndpoint> endpoints, long holdNanos, @Nullable ReplayedDelegate replayed) {
        // The counter's first value is never given out, so a port is free to the end, and no call is refused for want
        // of one.
        PortPool pool = new PortPool(range(), holdNanos, profile.scope(), SelectionOrder.sequential(), mostTimeWait);
        BindIPEndPointDelegate delegate = bindsItself ? new RoundRobinDelegate(profile.range()) : replayed;
        ServicePoint servicePoint = delegate == null
                ? null
                : new ServicePoint(delegate, pool, ServicePoint.ConflictShows.AT_BIND, range().size());
        return hook().govern(new Limits(
                pool,
                System::nanoTime,
                endpoints::contains,
                profile.connectMessage(),
                profile.bindMessage(),
                servicePoint));
    }
}
