package io.ephemera.simulations.stack;

import io.ephemera.ports.run.RunPlan.RunClock;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long Linux holds the port of a connection that the client closed first, and by what. Its TIME_WAIT itself is fixed; three
 * things around it are not:
 *
 * <ul>
 *   <li>{@code tcp_tw_reuse=1} lets {@code connect()} take a port again once its TIME_WAIT is {@code tcp_tw_reuse_delay} ms old:
 *       exact to the millisecond, up to 60 s;
 *   <li>nothing: the TIME_WAIT of 60 s, which the timer wheel ends 0 to 2.05 s late (at 250 ticks a second);
 *   <li>a server that never closes leaves the client in FIN_WAIT_2 for twice what {@code tcp_fin_timeout} has above 60 s: first as
 *       a socket, then as an entry in the table of TIME_WAITs, each late by the timer wheel.
 * </ul>
 *
 * @param by what holds the port
 * @param setting value of the sysctl that sets it: ms for the delay, s for {@code tcp_fin_timeout}; 0 where there is none
 * @param seconds how long the port is held, in wall-clock time; the mean, where it varies
 */
record KernelHoldTime(By by, int setting, double seconds) {

    enum By {
        REUSE_DELAY,
        TIME_WAIT,
        FIN_WAIT_2
    }

    /** {@code TCP_TIMEWAIT_LEN} of include/net/tcp.h, in seconds. */
    static final int TIME_WAIT_SECONDS = 60;

    /** Plain TIME_WAIT lasts 60 s and up to a step of the timer wheel, 2.048 s at 250 ticks a second: half of that on average. */
    static final double MEAN_TIME_WAIT_SECONDS = 61.024;

    /** How much later than set a timer of a minute or two ends, on average: half a tick of its level of the timer wheel. */
    private static final double MEAN_LATE_SECONDS = MEAN_TIME_WAIT_SECONDS - TIME_WAIT_SECONDS;

    /** Measured: 1.6 % on the plain TIME_WAIT, 0.55 % on a FIN_WAIT_2 of four minutes. */
    private static final double TIMER_WHEEL_PERCENT = 2;

    private static final int HIGHEST_DELAY_MILLIS = 60_000;

    /** The hold of this length, or the nearest that a kernel can give; empty if none is near. */
    static Optional<KernelHoldTime> of(double seconds, boolean delayAvailable) {
        double millis = seconds * 1e3;
        if (delayAvailable && millis >= 0.5 && millis < HIGHEST_DELAY_MILLIS + 0.5) {
            int delay = (int) Math.max(1, Math.round(millis));
            return Optional.of(new KernelHoldTime(By.REUSE_DELAY, delay, delay / 1e3));
        }
        if (Math.abs(seconds - MEAN_TIME_WAIT_SECONDS) <= 2 * MEAN_LATE_SECONDS) {
            return Optional.of(plain());
        }
        if (seconds > MEAN_TIME_WAIT_SECONDS) {
            // Twice a timer of fin_timeout - 60 s, each late.
            int above = (int) Math.round(seconds / 2);
            double late = above >= TIME_WAIT_SECONDS / 2 ? 2 * MEAN_LATE_SECONDS : 0;
            return Optional.of(new KernelHoldTime(By.FIN_WAIT_2, TIME_WAIT_SECONDS + above, 2.0 * above + late));
        }
        return Optional.empty();
    }

    static KernelHoldTime plain() {
        return new KernelHoldTime(By.TIME_WAIT, 0, MEAN_TIME_WAIT_SECONDS);
    }

    SortedMap<String, String> sysctls() {
        SortedMap<String, String> sysctls = new TreeMap<>();
        sysctls.put("tcp_timestamps", "1");
        sysctls.put("tcp_tw_reuse", by == By.REUSE_DELAY ? "1" : "0");
        if (by == By.REUSE_DELAY) {
            sysctls.put("tcp_tw_reuse_delay", Integer.toString(setting));
        } else if (by == By.FIN_WAIT_2) {
            sysctls.put("tcp_fin_timeout", Integer.toString(setting));
        }
        return sysctls;
    }

    /**
     * How exact a threshold predicted with the mean is, in percent. The timer wheel ends many
     * holds at once, late by up to one of its steps each; under overload the ports then wait to be taken, and the next round
     * of them keeps step with the wheel.
     */
    double tolerancePercent() {
        return by == By.REUSE_DELAY ? RunClock.WALL_TOLERANCE_PERCENT : TIMER_WHEEL_PERCENT;
    }

    /** What holds the port, and for how long in modelled time. */
    String describe(double speedup) {
        BigDecimal modelled = BigDecimal.valueOf(seconds * speedup).setScale(3, RoundingMode.HALF_UP);
        String cause = switch (by) {
            case REUSE_DELAY -> "tcp_tw_reuse=1, tcp_tw_reuse_delay=" + setting + " ms";
            case TIME_WAIT -> "its plain TIME_WAIT of 60 s, late by its timer wheel";
            case FIN_WAIT_2 -> "in FIN_WAIT_2, tcp_fin_timeout=" + setting + " s, the server never closes";
        };
        return "the kernel holds a port for " + plain(BigDecimal.valueOf(seconds)) + " s, modelled " + plain(modelled)
                + " s: " + cause;
    }

    private static String plain(BigDecimal value) {
        return value.stripTrailingZeros().toPlainString();
    }
}
