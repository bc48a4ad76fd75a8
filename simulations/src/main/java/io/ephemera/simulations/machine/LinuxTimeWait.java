package io.ephemera.simulations.machine;

import io.ephemera.reports.Format;
import io.ephemera.simulations.machine.MaskingSetting.Reach;
import io.ephemera.simulations.machine.PortHoldTime.Alternative;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * How long TIME_WAIT holds a port on Linux, and what hides that.
 *
 * <p>A connect may have the port of an entry in TIME_WAIT when {@code tcp_twsk_unique} ({@code net/ipv4/tcp_ipv4.c}) allows it:
 * {@code tcp_tw_reuse} is 1, or it is 2 and one of the two addresses is a loopback address; the old connection used timestamps;
 * and {@code tcp_tw_reuse_delay} ms have gone by since it entered TIME_WAIT. Otherwise the port comes back when the kernel
 * removes the entry.
 */
final class LinuxTimeWait {

    private static final long REUSE_NEVER = 0;
    private static final long REUSE_EVERYWHERE = 1;
    private static final long REUSE_ON_LOOPBACK = 2;

    /** A level of the timer wheel reaches {@code (LVL_SIZE - 1) << level * LVL_CLK_SHIFT} ticks, {@code kernel/time/timer.c}. */
    private static final int WHEEL_SLOTS = 63;

    private static final int WHEEL_SHIFT = 3;

    private final OptionalInt usablePorts;
    private final MachineFigure<Long> reuse;
    private final MachineFigure<Long> delay;
    private final MachineFigure<Long> timestamps;
    private final MachineFigure<Long> mostEntries;
    private final MachineFigure<Long> autobindReuse;
    private final MachineFigure<Long> ticksPerSecond;

    /** @param usablePorts ports that a connect may be given; empty where that is not known */
    LinuxTimeWait(LinuxFigures figures, OptionalInt usablePorts) {
        this.usablePorts = usablePorts;
        MachineFigure<Long> plainReuse = figures.number("tcp_tw_reuse", "");
        reuse = plainReuse.meaning(meaningOfReuse(plainReuse));
        MachineFigure<Long> plainTimestamps = figures.number("tcp_timestamps", "");
        timestamps = plainTimestamps.meaning(
                plainTimestamps.is(0L)
                        ? "off: no port in TIME_WAIT is given to a connect, whatever tcp_tw_reuse is"
                        : "on; reuse needs them at both ends");
        delay = delay(figures.number("tcp_tw_reuse_delay", "ms"));
        mostEntries = figures.number("tcp_max_tw_buckets", "entries")
                .meaning("a connection that closes beyond these leaves no TIME_WAIT at all");
        autobindReuse = figures.number("ip_autobind_reuse", "");
        ticksPerSecond = figures.ticksPerSecond();
    }

    /** What was read for this. */
    List<MachineFigure<?>> figures() {
        return List.of(reuse, delay, timestamps, mostEntries, autobindReuse, ticksPerSecond);
    }

    private static String meaningOfReuse(MachineFigure<Long> reuse) {
        if (reuse.is(REUSE_NEVER)) {
            return "ports in TIME_WAIT are never given to a connect";
        }
        if (reuse.is(REUSE_EVERYWHERE)) {
            return "ports in TIME_WAIT are given to a connect after the delay, to every destination";
        }
        return reuse.is(REUSE_ON_LOOPBACK)
                ? "the default: ports in TIME_WAIT are given to a connect after the delay, on loopback only"
                : "";
    }

    private static MachineFigure<Long> delay(MachineFigure<Long> figure) {
        if (figure.value() == null && figure.note().equals(LinuxFigures.NO_SUCH_FILE)) {
            return new MachineFigure<>(
                    figure.name(),
                    1_000L,
                    "ms",
                    "net/ipv4/tcp_ipv4.c of kernels without " + figure.name(),
                    "not read: this kernel has no such setting; its delay is built in, in whole seconds of the clock");
        }
        return figure;
    }

    private boolean isReuseOff() {
        return reuse.is(REUSE_NEVER) || timestamps.is(0L);
    }

    private boolean isUnknown() {
        boolean named = reuse.is(REUSE_NEVER) || reuse.is(REUSE_EVERYWHERE) || reuse.is(REUSE_ON_LOOPBACK);
        return !named || (!reuse.is(REUSE_NEVER) && timestamps.value() == null);
    }

    /** The hold of connections to a loopback address. */
    Optional<PortHoldTime> onLoopback() {
        return hold(List.of());
    }

    /** The hold of connections across the network. */
    Optional<PortHoldTime> acrossNetwork() {
        if (reuse.is(REUSE_ON_LOOPBACK)) {
            return Optional.of(plain());
        }
        return hold(List.of(new Alternative(
                plain().used(), false, "where the far end does not use TCP timestamps: " + plain().basis())));
    }

    /** @param alternatives of the hold where ports are reused */
    private Optional<PortHoldTime> hold(List<Alternative> alternatives) {
        if (isUnknown()) {
            return Optional.empty();
        }
        if (isReuseOff()) {
            return Optional.of(plain());
        }
        return delay.known()
                .filter(millis -> millis > 0)
                .map(Duration::ofMillis)
                .map(after -> new PortHoldTime(
                        after,
                        "tcp_tw_reuse=" + reuse.value() + " gives a port out again " + Quantities.seconds(after)
                                + " after its TIME_WAIT began (tcp_tw_reuse_delay)",
                        alternatives));
    }

    /** Until the kernel removes the entry. */
    private PortHoldTime plain() {
        Duration documented = ProcNetTcp.TIME_WAIT;
        Alternative asDocumented = new Alternative(
                documented, true, "documented: TCP_TIMEWAIT_LEN in include/net/tcp.h, the least that it lasts");
        Long hz = ticksPerSecond.value();
        if (hz == null || hz <= 0) {
            return new PortHoldTime(
                    documented,
                    "the plain TIME_WAIT: 60 s (TCP_TIMEWAIT_LEN, include/net/tcp.h). The kernel's timer wheel adds up to"
                            + " 5.1 s, which depends on CONFIG_HZ",
                    List.of());
        }
        Duration step = wheelStep(hz);
        Duration mean = documented.plus(step.dividedBy(2));
        return new PortHoldTime(
                mean,
                "the plain TIME_WAIT, on average: 60 s (TCP_TIMEWAIT_LEN) and half a step of the timer wheel, which is "
                        + Quantities.seconds(step) + " at CONFIG_HZ=" + hz,
                List.of(asDocumented));
    }

    /**
     * The step in which a timer of 60 s is rounded up: 8^n ticks on the level n of the wheel that reaches so far ({@code
     * kernel/time/timer.c}). 512 ticks at 100, 250 and 300 Hz; 4,096 at 1,000 Hz.
     */
    static Duration wheelStep(long ticksPerSecond) {
        long ticks = ProcNetTcp.TIME_WAIT.toSeconds() * ticksPerSecond;
        int level = 0;
        while ((long) WHEEL_SLOTS << (level * WHEEL_SHIFT) <= ticks) {
            level++;
        }
        return Duration.ofNanos((1L << (level * WHEEL_SHIFT)) * 1_000_000_000L / ticksPerSecond);
    }

    /** Whether everything that can hide the failure could be read. */
    boolean areMasksKnown() {
        return usablePorts.isPresent()
                && !isUnknown()
                && Stream.of(timestamps, delay, mostEntries, autobindReuse).allMatch(figure -> figure.value() != null);
    }

    /** What hides the failure. */
    List<MaskingSetting> masks() {
        List<MaskingSetting> masks = new ArrayList<>();
        Long most = mostEntries.value();
        int ports = usablePorts.orElse(0);
        if (most != null && most < ports) {
            masks.add(new MaskingSetting(
                    "tcp_max_tw_buckets=" + most,
                    Reach.EVERYWHERE,
                    true,
                    "The kernel keeps at most " + Format.count(most) + " entries in TIME_WAIT, fewer than the "
                            + Format.count(ports)
                            + " ports: what closes beyond them gives its port back"
                            + " at once, and ports never run out in TIME_WAIT. The default grows with the memory: a larger"
                            + " machine fails under the same load."));
        }
        PortHoldTime loopback = onLoopback().orElse(null);
        PortHoldTime network = acrossNetwork().orElse(null);
        if (loopback != null
                && network != null
                && ports > 0
                && !isReuseOff()
                && loopback.used().compareTo(ProcNetTcp.TIME_WAIT) < 0) {
            masks.add(reuseMask(ports, loopback, network));
        }
        if (autobindReuse.is(1L)) {
            masks.add(new MaskingSetting(
                    "ip_autobind_reuse=1",
                    Reach.BIND_BEFORE_CONNECT,
                    false,
                    "A bind to port 0 with SO_REUSEADDR is given a port that is in use already instead of being refused:"
                            + " a client that binds before it connects does not show the failure that it would with the"
                            + " default 0."));
        }
        return masks;
    }

    private MaskingSetting reuseMask(int ports, PortHoldTime loopback, PortHoldTime network) {
        String after = Quantities.seconds(loopback.used());
        String here = Quantities.rate(ports / loopback.seconds());
        if (reuse.is(REUSE_EVERYWHERE)) {
            return new MaskingSetting(
                    "tcp_tw_reuse=1",
                    Reach.EVERYWHERE,
                    false,
                    "A port is given out again " + after + " after its TIME_WAIT began, to every destination whose end"
                            + " uses TCP timestamps too: ports run out above " + here
                            + ". On a machine with the default"
                            + " tcp_tw_reuse=2 the same load across the network fails above "
                            + Quantities.rate(ports / plain().seconds()) + ".");
        }
        return new MaskingSetting(
                "tcp_tw_reuse=2",
                Reach.LOOPBACK,
                false,
                "Loopback hides the failure: there a port is given out again " + after
                        + " after its TIME_WAIT began, and"
                        + " ports run out only above " + here
                        + ". The same load to a destination across the network fails"
                        + " above " + Quantities.rate(ports / network.seconds())
                        + ". Loopback is 127.0.0.0/8 and ::1; another"
                        + " address of this machine is treated like the network.");
    }
}
