package io.ephemera.simulations.stack;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan.RunClock;
import io.ephemera.simulations.load.Speedup;
import io.ephemera.simulations.load.Staircase;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.load.WallStaircase;
import io.ephemera.simulations.machine.MachineFigure;
import io.ephemera.simulations.machine.MachineLimits;
import io.ephemera.simulations.machine.MachineReader;
import io.ephemera.simulations.machine.MachineText;
import io.ephemera.simulations.machine.PortHoldTime;
import io.ephemera.simulations.machine.ProfileFit;
import io.ephemera.simulations.settings.BadSettingException;
import io.ephemera.simulations.settings.Setting;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.StackName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * This machine's own stack enforces its own limits, untouched and in real time. What they are is read before the run, and said.
 *
 * @param profile the limits in force
 * @param believed what somebody expects of this machine; {@code null} if nobody said
 */
record OsStack(
        MachineLimits limits,
        MachineReader reader,
        Profile profile,
        int effectivePorts,
        @Nullable Profile believed) implements KernelStack {

    /** In real time: a minute each. */
    private static final int SATURATED_WINDOWS = 2;

    private static final int STUB_PORT_TRIES = 32;

    /** Where a port comes back after a second or so, a step of one TIME_WAIT shows nobody anything. */
    private static final Duration SHORTEST_STEP = Duration.ofSeconds(10);

    static OsStack open(Settings settings) throws BadSettingException {
        MachineReader reader;
        try {
            reader = MachineReader.here();
        } catch (UnsupportedOperationException e) {
            throw unreadable(String.valueOf(e.getMessage()));
        }
        MachineLimits limits = reader.limits();
        MachineFigure<PortRange> ports = limits.ports().range();
        PortRange range = ports.known().orElseThrow(() -> unreadable(ports.note()));
        PortHoldTime hold = limits.holdTowards(destination(settings))
                .orElseThrow(() -> unreadable("what decides TIME_WAIT can't be read"));
        int usable = limits.usablePorts().orElse(0);
        if (usable == 0) {
            throw unreadable("every port of " + range + " is reserved or listened on");
        }
        boolean given = settings.given().containsKey(Setting.PROFILE.key());
        return new OsStack(
                limits,
                reader,
                profile(limits, range, hold),
                usable,
                given ? settings.platform().profile() : null);
    }

    private static BadSettingException unreadable(String why) {
        return new BadSettingException(
                Setting.STACK,
                StackName.OS.toString(),
                "the limits of this machine can't be told (" + why + "); give another stack");
    }

    private static InetAddress destination(Settings settings) throws BadSettingException {
        if (settings.target() == null) {
            return InetAddress.getLoopbackAddress();
        }
        try {
            return InetAddress.getAllByName(settings.target().getHost())[0];
        } catch (UnknownHostException e) {
            throw new BadSettingException(
                    Setting.TARGET,
                    settings.target().toString(),
                    "no such host; start the target, or leave the setting out");
        }
    }

    private static Profile profile(MachineLimits limits, PortRange range, PortHoldTime hold) {
        Map<String, String> sources = Map.of(
                "ports", limits.ports().range().source(),
                "timeWait", hold.basis(),
                "scope", limits.system(),
                "connectMessage", limits.system(),
                "bindMessage", limits.system());
        return new Profile(
                "this-machine",
                limits.system(),
                range,
                hold.used(),
                limits.scope(),
                "Cannot assign requested address",
                "Address already in use",
                sources,
                List.of());
    }

    /** Outside of the range where one is free, so that it takes no port from it. */
    @Override
    public StubPlace stubPlace() {
        List<Integer> ports = new ArrayList<>(StubPlace.portsBeside(profile.range(), STUB_PORT_TRIES));
        ports.add(0);
        return new StubPlace(StubPlace.LOOPBACK, ports, StubPlace.LOOPBACK, false);
    }

    /** Where loopback hides the failure: those that would show it across the network. */
    @Override
    public @Nullable List<Double> defaultRates(Usage usage) {
        PortHoldTime network = limits.acrossNetwork().orElse(null);
        return network == null || network.used().compareTo(profile.timeWait()) <= 0
                ? null
                : Staircase.defaultRates(usage.capacity(effectivePorts, network.seconds()));
    }

    @Override
    public Duration shortestStep() {
        return SHORTEST_STEP;
    }

    @Override
    public int saturatedWindows(Usage usage) {
        return Speedup.canOffer(
                        WallStaircase.SATURATION
                                * usage.capacity(effectivePorts, profile.timeWaitSeconds())
                                        .thresholdCallsPerSecond(),
                        usage)
                ? SATURATED_WINDOWS
                : 0;
    }

    @Override
    public double highestSpeedup(Usage usage, List<PlannedStep> steps) {
        return 1;
    }

    @Override
    public Profile enforce(double speedup) {
        return profile;
    }

    /** From a minute on it is the kernel's timer wheel that ends a TIME_WAIT; what ends it elsewhere is not known. */
    @Override
    public double tolerancePercent() {
        return profile.timeWaitSeconds() < KernelHoldTime.TIME_WAIT_SECONDS
                ? RunClock.WALL_TOLERANCE_PERCENT
                : KernelHoldTime.plain().tolerancePercent();
    }

    @Override
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        MachineText.lines(limits).forEach(line -> remarks.add("  " + line));
        MachineText.lines(reader.portUse(limits)).forEach(line -> remarks.add("  " + line));
        if (believed != null) {
            List<String> differences = ProfileFit.of(believed, limits).all();
            remarks.add(
                    differences.isEmpty()
                            ? "  This machine is as " + believed.name() + " has it"
                            : "  This machine is not as " + believed.name() + " has it");
            differences.forEach(difference -> remarks.add("    " + difference));
        }
        return remarks;
    }

    @Override
    public long settleNanos() {
        return profile.timeWait().toNanos();
    }

    @Override
    public Enforcement measure(Set<RemoteEndpoint> endpoints) {
        if (!Files.isReadable(Path.of("/proc/net/tcp"))) {
            return new Enforcement() {};
        }
        KernelHoldTime hold = new KernelHoldTime(KernelHoldTime.By.TIME_WAIT, 0, profile.timeWaitSeconds());
        return new KernelEnforcement(profile.range(), endpoints, hold, effectivePorts);
    }
}
