package io.ephemera.simulations.stack;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.simulations.load.SharedGateway;
import io.ephemera.simulations.load.Speedup;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Linux's own stack enforces the limits, in a network namespace of the run's own: its range of ports is the profile's, its hold
 * the profile's TIME_WAIT divided by the speedup. No hook is installed, and no port pool is asked.
 */
final class NetnsStack implements KernelStack {

    /** At the speedup that the kernel bears, each takes four seconds. */
    private static final int SATURATED_WINDOWS = 2;

    /** Below every range that a profile may have; as many as there may be destinations. */
    private static final List<Integer> STUB_PORTS =
            IntStream.range(80, 96).boxed().toList();

    /** Ports are held for each destination apart: what warms up goes to another one than the run. */
    private static final String WARM_UP_HOST = "127.0.0.2";

    /** The table of TIME_WAITs holds every port of both destinations; when it is full, ports come back at once. */
    private static final int TIME_WAIT_BUCKETS = 262_144;

    /** A connection that uses a gateway up lives so long by the wall's clock: long beside what the machine takes for a call. */
    private static final double SERVICE_SECONDS = 3;

    /** With live connections on more than this share of a gateway's ports, Linux may find none for a new one. */
    private static final double LIVE_TOLERANCE_PERCENT = 40;

    private final Profile profile;
    private final @Nullable Double givenSpeedup;
    private final boolean delayAvailable;
    private final @Nullable SharedGateway gateway;
    private final @Nullable GatewayRouter router;
    private double speedup = 1;
    private KernelHoldTime hold = KernelHoldTime.plain();

    private NetnsStack(Settings settings, boolean delayAvailable, @Nullable GatewayRouter router) {
        this.profile = settings.platform().profile();
        this.givenSpeedup = settings.platform().speedup();
        this.delayAvailable = delayAvailable;
        this.gateway = settings.platform().gateway();
        this.router = router;
    }

    static NetnsStack open(Settings settings) throws BadSettingException {
        PrivateNetwork.enter();
        Profile profile = settings.platform().profile();
        PortRange range = profile.range();
        Sysctl.write("ip_local_port_range", range.firstPort() + " " + range.lastPort());
        Sysctl.write("ip_local_reserved_ports", "");
        Sysctl.write("ip_autobind_reuse", "0");
        Integer most = settings.platform().mostTimeWait();
        Sysctl.write("tcp_max_tw_buckets", Integer.toString(most == null ? TIME_WAIT_BUCKETS : most));
        SharedGateway gateway = settings.platform().gateway();
        return new NetnsStack(
                settings, Sysctl.exists("tcp_tw_reuse_delay"), gateway == null ? null : GatewayRouter.open(gateway));
    }

    @Override
    public Profile profile() {
        return profile;
    }

    @Override
    public StubPlace stubPlace() {
        boolean neverCloses = givenSpeedup != null
                && KernelHoldTime.of(profile.timeWaitSeconds() / givenSpeedup, delayAvailable)
                        .filter(chosen -> chosen.by() == KernelHoldTime.By.FIN_WAIT_2)
                        .isPresent();
        String called = router == null ? StubPlace.LOOPBACK : GatewayRouter.CALLED_HOST;
        return new StubPlace("0.0.0.0", STUB_PORTS, called, WARM_UP_HOST, neverCloses);
    }

    /** All: nobody else is in the namespace, and the stub is outside of the range. */
    @Override
    public int effectivePorts() {
        return profile.range().size();
    }

    /** Whether live connections at the gateway are to run it out of ports. */
    private boolean ofLiveConnections() {
        return gateway != null && !gateway.serviceTime().isZero();
    }

    /**
     * None where live connections use the gateway up: Linux takes the port of a closed one only where the new sequence number is
     * beyond its last, so that the last free ones are found by chance.
     */
    @Override
    public int saturatedWindows(Usage usage) {
        return ofLiveConnections() ? 0 : SATURATED_WINDOWS;
    }

    /** So far below what live connections use up that each finds a port, and so far above that one must not. */
    @Override
    public @Nullable List<Double> defaultRates(Usage usage) {
        SharedGateway shared = gateway;
        if (shared == null || shared.serviceTime().isZero()) {
            return null;
        }
        double threshold = usage.capacity(
                        shared.limits().range().size(), shared.serviceTime().toNanos() / 1e9)
                .thresholdCallsPerSecond();
        return List.of(0.25 * threshold, 1.5 * threshold);
    }

    /** Without the reuse delay the kernel has but one hold, and the speedup follows from it. */
    @Override
    public double highestSpeedup(Usage usage, List<PlannedStep> steps) {
        double timeWait = profile.timeWaitSeconds();
        if (gateway != null && ofLiveConnections()) {
            double fits = gateway.serviceTime().toNanos() / 1e9 / SERVICE_SECONDS;
            return Math.max(Math.max(1, fits), timeWait / KernelHoldTime.TIME_WAIT_SECONDS);
        }
        if (!delayAvailable) {
            return Math.max(1, timeWait / KernelHoldTime.MEAN_TIME_WAIT_SECONDS);
        }
        Capacity capacity = usage.capacity(profile.range().size(), timeWait);
        return Math.max(
                timeWait / KernelHoldTime.TIME_WAIT_SECONDS,
                Speedup.highestExactOnKernel(
                        timeWait, usage, steps, profile.range().size(), capacity.thresholdCallsPerSecond()));
    }

    @Override
    public Profile enforce(double speedup) throws BadSettingException {
        this.speedup = speedup;
        this.hold = KernelHoldTime.of(profile.timeWaitSeconds() / speedup, delayAvailable)
                .orElseThrow(() -> new BadSettingException(
                        Setting.SPEEDUP,
                        Double.toString(speedup),
                        "this kernel has no net.ipv4.tcp_tw_reuse_delay and can't hold a port for "
                                + profile.timeWaitSeconds() / speedup + " s; leave it out for its plain TIME_WAIT"));
        if (router != null && gateway != null) {
            if (hold.by() == KernelHoldTime.By.FIN_WAIT_2) {
                throw new BadSettingException(
                        Setting.SPEEDUP,
                        Double.toString(speedup),
                        "behind a gateway the kernel holds a host's port for its plain TIME_WAIT at most; give at least "
                                + profile.timeWaitSeconds() / KernelHoldTime.TIME_WAIT_SECONDS);
            }
            router.remember(gateway.limits().holdNanos() / 1e9 / speedup);
        }
        for (Map.Entry<String, String> sysctl : hold.sysctls().entrySet()) {
            Sysctl.write(sysctl.getKey(), sysctl.getValue());
        }
        Duration inForce = Duration.ofNanos(Math.round(hold.seconds() * speedup * 1e9));
        return inForce.equals(profile.timeWait()) ? profile : profile.withTimeWait(inForce);
    }

    @Override
    public double tolerancePercent() {
        return ofLiveConnections() ? LIVE_TOLERANCE_PERCENT : hold.tolerancePercent();
    }

    @Override
    public boolean dropsConnects() {
        return router != null;
    }

    @Override
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        remarks.add("  stack      Linux " + System.getProperty("os.version")
                + " in a private network namespace: no hook, no port pool");
        remarks.add("  stack      " + hold.describe(speedup));
        if (!delayAvailable) {
            remarks.add("  stack      this kernel has no tcp_tw_reuse_delay, so its only TIME_WAIT is the plain one");
        }
        if (router != null) {
            remarks.add("  stack      a router in a namespace of its own: nftables masquerade, fully-random");
        }
        return remarks;
    }

    @Override
    public Enforcement measure(Set<RemoteEndpoint> endpoints) {
        int ports = profile.range().size() * endpoints.size();
        if (router == null || gateway == null) {
            return new KernelEnforcement(profile.range(), endpoints, hold, ports);
        }
        boolean ofGateway = gateway.bindsBefore(profile, endpoints.size());
        return new RouterEnforcement(
                profile.range(),
                endpoints,
                hold,
                ofGateway ? gateway.limits().range().size() * endpoints.size() : ports * gateway.clients(),
                router,
                gateway);
    }
}
