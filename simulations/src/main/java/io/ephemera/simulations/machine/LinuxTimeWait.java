package io.ephemera.simulations.machine;

import io.ephemera.simulations.machine.Hold.Alternative;
import io.ephemera.simulations.machine.Hold.Kind;
import io.ephemera.simulations.machine.Mask.Reach;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

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

    private final Figure<Long> reuse;
    private final Figure<Long> delay;
    private final Figure<Long> timestamps;
    private final Figure<Long> mostEntries;
    private final Figure<Long> autobindReuse;
    private final Figure<Long> ticksPerSecond;

    LinuxTimeWait(LinuxFigures figures) {
        reuse = meaningOfReuse(figures.number("tcp_tw_reuse", ""));
        timestamps = meaningOfTimestamps(figures.number("tcp_timestamps", ""));
        delay = delay(figures.number("tcp_tw_reuse_delay", "ms"));
        mostEntries = figures.number("tcp_max_tw_buckets", "entries")
                .meaning("a connection that closes beyond these leaves no TIME_WAIT at all");
        autobindReuse = figures.number("ip_autobind_reuse", "");
        ticksPerSecond = figures.ticksPerSecond();
    }

    /** What was read for this. */
    List<Figure<?>> figures() {
        return List.of(reuse, delay, timestamps, mostEntries, autobindReuse, ticksPerSecond);
    }

    private static Figure<Long> meaningOfReuse(Figure<Long> figure) {
        if (figure.is(REUSE_NEVER)) {
            return figure.meaning("ports in TIME_WAIT are never given to a connect");
        }
        if (figure.is(REUSE_EVERYWHERE)) {
            return figure.meaning("ports in TIME_WAIT are given to a connect after the delay, to every destination");
        }
        return figure.is(REUSE_ON_LOOPBACK)
                ? figure.meaning(
                        "the default: ports in TIME_WAIT are given to a connect after the delay, on loopback only")
                : figure;
    }

    private static Figure<Long> meaningOfTimestamps(Figure<Long> figure) {
        return figure.is(0L)
                ? figure.meaning("off: no port in TIME_WAIT is given to a connect, whatever tcp_tw_reuse is")
                : figure.meaning("on; reuse needs them at both ends");
    }

    private static Figure<Long> delay(Figure<Long> figure) {
        if (figure.value() == null && figure.note().equals(LinuxFigures.NO_SUCH_FILE)) {
            return new Figure<>(
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
        boolean matters = !reuse.is(REUSE_NEVER);
        boolean named = reuse.is(REUSE_NEVER) || reuse.is(REUSE_EVERYWHERE) || reuse.is(REUSE_ON_LOOPBACK);
        return !named || (matters && timestamps.value() == null);
    }

    /** The hold of connections to a loopback address. */
    Optional<Hold> onLoopback() {
        if (isUnknown()) {
            return Optional.empty();
        }
        return isReuseOff() ? Optional.of(plain()) : reused(List.of());
    }

    /** The hold of connections across the network. */
    Optional<Hold> acrossNetwork() {
        if (reuse.is(REUSE_ON_LOOPBACK)) {
            return Optional.of(plain());
        }
        if (isUnknown()) {
            return Optional.empty();
        }
        if (isReuseOff()) {
            return Optional.of(plain());
        }
        return reused(List.of(new Alternative(
                plain().used(),
                Kind.CONDITIONAL,
                "where the far end does not use TCP timestamps: " + plain().basis())));
    }

    private Optional<Hold> reused(List<Alternative> alternatives) {
        Long millis = delay.value();
        if (millis == null || millis <= 0) {
            return Optional.empty();
        }
        return Optional.of(new Hold(
                Duration.ofMillis(millis),
                "tcp_tw_reuse=" + reuse.value() + " gives a port out again " + Words.seconds(Duration.ofMillis(millis))
                        + " after its TIME_WAIT began (tcp_tw_reuse_delay)",
                alternatives));
    }

    /** Until the kernel removes the entry. */
    private Hold plain() {
        Duration documented = ProcNetTcp.TIME_WAIT;
        Alternative asDocumented = new Alternative(
                documented,
                Kind.DOCUMENTED,
                "documented: TCP_TIMEWAIT_LEN in include/net/tcp.h, the least that it lasts");
        Long hz = ticksPerSecond.value();
        if (hz == null || hz <= 0) {
            return new Hold(
                    documented,
                    "the plain TIME_WAIT: 60 s (TCP_TIMEWAIT_LEN, include/net/tcp.h). The kernel's timer wheel adds up to"
                            + " 5.1 s, which depends on CONFIG_HZ",
                    List.of());
        }
        Duration step = wheelStep(hz);
        Duration mean = documented.plus(step.dividedBy(2));
        return new Hold(
                mean,
                "the plain TIME_WAIT, on average: 60 s (TCP_TIMEWAIT_LEN) and half a step of the timer wheel, which is "
                        + Words.seconds(step) + " at CONFIG_HZ=" + hz,
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
    boolean areMasksKnown(OptionalInt usablePorts) {
        return usablePorts.isPresent()
                && !isUnknown()
                && timestamps.value() != null
                && delay.value() != null
                && mostEntries.value() != null
                && autobindReuse.value() != null;
    }

    /**
     * What hides the failure.
     *
     * @param usablePorts ports that a connect may be given
     */
    List<Mask> masks(OptionalInt usablePorts) {
        List<Mask> masks = new ArrayList<>();
        Long most = mostEntries.value();
        if (most != null && usablePorts.isPresent() && most < usablePorts.getAsInt()) {
            masks.add(new Mask(
                    "tcp_max_tw_buckets=" + most,
                    Reach.EVERYWHERE,
                    true,
                    "The kernel keeps at most " + Words.count(most) + " entries in TIME_WAIT, fewer than the "
                            + Words.count(usablePorts.getAsInt())
                            + " ports: what closes beyond them gives its port back"
                            + " at once, and ports never run out in TIME_WAIT. The default grows with the memory: a larger"
                            + " machine fails under the same load."));
        }
        onLoopback()
                .ifPresent(loopback -> acrossNetwork()
                        .ifPresent(network ->
                                reuseMask(loopback, network, usablePorts).ifPresent(masks::add)));
        if (autobindReuse.is(1L)) {
            masks.add(new Mask(
                    "ip_autobind_reuse=1",
                    Reach.BIND_BEFORE_CONNECT,
                    false,
                    "A bind to port 0 with SO_REUSEADDR is given a port that is in use already instead of being refused:"
                            + " a client that binds before it connects does not show the failure that it would with the"
                            + " default 0."));
        }
        return masks;
    }

    private Optional<Mask> reuseMask(Hold loopback, Hold network, OptionalInt usablePorts) {
        if (isReuseOff()
                || usablePorts.isEmpty()
                || usablePorts.getAsInt() == 0
                || loopback.used().compareTo(ProcNetTcp.TIME_WAIT) >= 0) {
            return Optional.empty();
        }
        int ports = usablePorts.getAsInt();
        String after = Words.seconds(loopback.used());
        String here = Words.rate(ports / loopback.seconds());
        if (reuse.is(REUSE_EVERYWHERE)) {
            return Optional.of(new Mask(
                    "tcp_tw_reuse=1",
                    Reach.EVERYWHERE,
                    false,
                    "A port is given out again " + after + " after its TIME_WAIT began, to every destination whose end"
                            + " uses TCP timestamps too: ports run out above " + here
                            + ". On a machine with the default"
                            + " tcp_tw_reuse=2 the same load across the network fails above "
                            + Words.rate(ports / plain().seconds()) + "."));
        }
        return Optional.of(new Mask(
                "tcp_tw_reuse=2",
                Reach.LOOPBACK,
                false,
                "Loopback hides the failure: there a port is given out again " + after
                        + " after its TIME_WAIT began, and"
                        + " ports run out only above " + here
                        + ". The same load to a destination across the network fails"
                        + " above " + Words.rate(ports / network.seconds())
                        + ". Loopback is 127.0.0.0/8 and ::1; another"
                        + " address of this machine is treated like the network."));
    }
}
