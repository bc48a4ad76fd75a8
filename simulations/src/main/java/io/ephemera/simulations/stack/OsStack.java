package io.ephemera.simulations.stack;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan.CallPlan;
import io.ephemera.ports.run.RunPlan.RunClock;
import io.ephemera.reports.Format;
import io.ephemera.simulations.load.Remedy;
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
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * This machine's own stack enforces its own limits, untouched and in real time. What they are is read before the run, and said.
 *
 * @param profile the limits in force
 * @param bound tells of ports that are in no table; {@code null} where there is no table to tell them by
 * @param boundBefore how many those were before the run
 * @param believed what somebody expects of this machine; {@code null} if nobody said
 */
record OsStack(
        MachineLimits limits,
        MachineReader reader,
        Profile profile,
        int effectivePorts,
        @Nullable BoundElsewhere bound,
        int boundBefore,
        @Nullable Profile believed)
        implements KernelStack {

    /** In real time: a minute each. */
    private static final int SATURATED_WINDOWS = 2;

    private static final int STUB_PORT_TRIES = 32;

    /** Where a port comes back after a second or so, a step of one TIME_WAIT shows nobody anything. */
    private static final Duration SHORTEST_STEP = Duration.ofSeconds(10);

    private static final Path TABLE = Path.of("/proc/net/tcp");

    static OsStack open(Settings settings) throws BadSettingException, IOException {
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
        BoundElsewhere bound = Files.isReadable(TABLE) ? new BoundElsewhere(range, reserved(limits)) : null;
        int boundBefore = bound == null ? 0 : bound.count();
        int usable = limits.usablePorts().orElse(0) - boundBefore;
        if (usable <= 0) {
            throw unreadable("every port of " + range + " is reserved, listened on or bound");
        }
        boolean given = settings.given().containsKey(Setting.PROFILE.key());
        return new OsStack(
                limits,
                reader,
                profile(limits, range, hold),
                usable,
                bound,
                boundBefore,
                given ? settings.platform().profile() : null);
    }

    private static BitSet reserved(MachineLimits limits) {
        BitSet reserved = new BitSet();
        limits.ports()
                .reserved()
                .known()
                .orElse(List.of())
                .forEach(ports -> reserved.set(ports.firstPort(), ports.lastPort() + 1));
        return reserved;
    }

    /** What was predicted is for the ports that were there: one in a thousand makes no difference. */
    private List<String> boundSince(BoundElsewhere elsewhere) {
        try {
            int now = elsewhere.count();
            return Math.abs(now - boundBefore) * 1000L <= effectivePorts
                    ? List.of()
                    : List.of("other sockets had bound " + Format.count(boundBefore)
                            + " ports of the range before the run and "
                            + Format.count(now) + " after it: what is predicted is for the "
                            + Format.count(effectivePorts) + " ports that there were before");
        } catch (IOException e) {
            return List.of("whether other sockets have bound ports of the range can't be told: " + e.getMessage());
        }
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

    /** Where the kernel keeps fewer entries in TIME_WAIT than there are ports, these never run out. */
    @Override
    public int mostTimeWait(Settings settings) {
        return limits.figures().stream()
                .filter(figure -> figure.name().equals(Remedy.TCP_MAX_TW_BUCKETS.toString()))
                .map(MachineFigure::value)
                .filter(Long.class::isInstance)
                .mapToInt(most -> (int) Math.min((Long) most, CallPlan.UNBOUNDED))
                .findFirst()
                .orElse(CallPlan.UNBOUNDED);
    }

    /** Outside of the range where one is free, so that it takes no port from it. */
    @Override
    public StubPlace stubPlace() {
        List<Integer> ports = new ArrayList<>(StubPlace.portsBeside(profile.range(), STUB_PORT_TRIES));
        ports.add(0);
        return new StubPlace(StubPlace.LOOPBACK, ports, StubPlace.LOOPBACK, StubPlace.LOOPBACK, false);
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
        if (bound == null) {
            return new Enforcement() {};
        }
        KernelHoldTime hold = new KernelHoldTime(KernelHoldTime.By.TIME_WAIT, 0, profile.timeWaitSeconds());
        return new KernelEnforcement(profile.range(), endpoints, hold, effectivePorts) {
            @Override
            public List<String> faults(long refusals) {
                List<String> faults = new ArrayList<>(super.faults(refusals));
                faults.addAll(boundSince(bound));
                return faults;
            }
        };
    }
}
