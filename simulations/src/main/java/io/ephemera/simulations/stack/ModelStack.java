package io.ephemera.simulations.stack;

import io.ephemera.agent.EnforcedGateway;
import io.ephemera.agent.EnforcedLimits;
import io.ephemera.agent.HookUnavailableException;
import io.ephemera.agent.PortHook;
import io.ephemera.ports.GatewayPool;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.bind.InterlockedDelegate;
import io.ephemera.ports.bind.RoundRobinDelegate;
import io.ephemera.ports.bind.ServicePoint;
import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.simulations.clock.VirtualTime;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.SharedGateway;
import io.ephemera.simulations.settings.Settings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Our port pool enforces the limits, by a hook in the JDK's socket classes. */
public final class ModelStack implements Stack {

    private static final int PORT_TRIES = 16;

    private static final int HIGHEST_PORT = 65_535;

    /** Threads of the program whose counter runs away. */
    private static final int RUNAWAY_THREADS = 4;

    private final Settings settings;
    private @Nullable PortHook hook;

    private ModelStack(Settings settings) {
        this.settings = settings;
    }

    static ModelStack open(Settings settings) {
        weaveAhead();
        return new ModelStack(settings);
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

    @Override
    public Profile profile() {
        return settings.platform().profile();
    }

    private boolean runsAway() {
        return settings.client().remedies().contains(Remedy.BIND_BUGGY);
    }

    /** The ports that a connection can have; the counter that runs away comes to one more. */
    private PortRange range() {
        return runsAway()
                ? new PortRange(profile().range().firstPort(), HIGHEST_PORT)
                : profile().range();
    }

    /**
     * Outside of the range where that can be, so that a port is the pool's own. Explicit ports are tried where the system has none left
     * to choose from by itself: right after a run over most of the ports they are in TIME_WAIT.
     */
    @Override
    public StubPlace stubPlace() {
        PortRange range = range();
        List<Integer> ports = new ArrayList<>(Collections.nCopies(PORT_TRIES, 0));
        ports.addAll(StubPlace.portsBeside(range, PORT_TRIES));
        // Last of all ports of the range itself, from its end, where a run comes last.
        for (int i = 0; i < PORT_TRIES; i++) {
            ports.add(range.lastPort() - i);
        }
        return new StubPlace(StubPlace.LOOPBACK, ports, StubPlace.LOOPBACK, StubPlace.LOOPBACK, false);
    }

    @Override
    public List<String> remarks() {
        return settings.platform().order() instanceof SelectionOrder.Random random
                ? List.of("  ports      chosen at random, again the same with ephemera.order=random:" + random.seed())
                : List.of();
    }

    /** All: another real port stands in for one that another process holds. */
    @Override
    public int effectivePorts() {
        return profile().range().size();
    }

    /** The numbers from the one after the first up to the highest port are given out. */
    @Override
    public @Nullable Runaway runaway() {
        return runsAway()
                ? new Runaway(
                        InterlockedDelegate.callsBeforeRunaway(profile().range().firstPort()),
                        "the delegate's counter has stepped past " + InterlockedDelegate.LAST + ", " + HIGHEST_PORT
                                + " is a port still, and from " + (HIGHEST_PORT + 1) + " on the delegate throws ("
                                + racingThreads() + ")")
                : null;
    }

    private InterlockedDelegate racingThreads() {
        return InterlockedDelegate.runaway(RUNAWAY_THREADS, profile().range().firstPort());
    }

    /**
     * Installs the hook, and shows that it bites.
     *
     * @throws HookUnavailableException if it can't be had, or does not bite
     */
    public void install() throws HookUnavailableException {
        PortHook installed = PortHook.install();
        installed.selfTest();
        hook = installed;
    }

    @Override
    public boolean isExhaustion(String message) {
        return message.contains("BindException")
                && (message.endsWith(profile().connectMessage())
                        || message.endsWith(profile().bindMessage()));
    }

    /** A pool that is empty, of the limits of this run. */
    public PortPool pool() {
        SharedGateway gateway = settings.platform().gateway();
        return new PortPool(
                range(),
                profile().timeWait().toNanos(),
                gateway == null
                        ? profile().scope()
                        : gateway.scopeOfHosts(profile().scope()),
                settings.platform().order(),
                mostTimeWait(settings));
    }

    /** A pool of the gateway's that is empty; {@code null} if there is none. */
    public @Nullable GatewayPool gateway() {
        SharedGateway gateway = settings.platform().gateway();
        return gateway == null ? null : gateway.pool();
    }

    /** Puts the calls under a pool, and behind a gateway where one is given. */
    public Enforcement enforce(
            PortPool pool, @Nullable GatewayPool gateway, Set<RemoteEndpoint> endpoints, VirtualTime time) {
        if (hook == null) {
            throw new IllegalStateException("the hook is not installed");
        }
        IntSupplier delegate = null;
        if (settings.client().remedies().contains(Remedy.BIND_CORRECT)) {
            delegate = new RoundRobinDelegate(profile().range());
        } else if (runsAway()) {
            // The counter's first value is never given out, so a port is free to the end, and no call is refused for
            // want of one.
            delegate = racingThreads();
        }
        ServicePoint servicePoint = delegate == null ? null : new ServicePoint(delegate, pool);
        EnforcedLimits limits = new EnforcedLimits(
                pool,
                time,
                endpoints::contains,
                profile().connectMessage(),
                profile().bindMessage(),
                null, // A run has one message for all refusals.
                servicePoint,
                EnforcedLimits.HeldPorts.STOOD_IN_FOR,
                gateway == null
                        ? null
                        : new EnforcedGateway(gateway, owner -> owner instanceof VirtualUser user ? user.client() : 0));
        return new ModelEnforcement(hook.enforce(limits, time), gateway);
    }
}
