package io.ephemera.simulations.load;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.run.PlannedStep;
import java.time.Duration;
import java.util.List;

/**
 * The steps of a run on a kernel's stack, where calls jitter; how high above the threshold the last one saturates depends on what a
 * refused call costs.
 *
 * <p><b>Calls of one port, or a part of one,</b> are saturated well above the threshold: every port that comes back serves a user,
 * so successes come at the rate at which ports do, however many are refused.
 *
 * <p><b>Calls of two ports</b> waste ports when they are refused: one may find a port for its first exchange and none for its second, and
 * the first is in TIME_WAIT all the same. P ports come back at μ = P / T, T being TIME_WAIT. Let the offered rate be
 * λ = (1 + ε) μ/2, and let the calls be shared out as s that find both ports, w that find one and z that find none, s + w + z = 1:
 *
 * <pre>
 * λ (2s + w) = μ,  so  2s + w = 2 / (1 + ε),  and  w + 2z = 2ε / (1 + ε)
 * rate of successes  λ s = μ/2 − λ w/2, at least μ/2 × (1 − ε)
 * </pre>
 *
 * On real sockets the exchanges of several calls mingle, so such calls are saturated only ε = 0.2 % above the threshold, which bounds the
 * loss by 0.2 % however they mingle. The pool has to be full before: the step first fills it, and then waits one TIME_WAIT more,
 * until what a heavier step before it has wasted is out of the pool. So near the threshold a port that has come back waits half the
 * gap between two calls, on average 1 / (2λ), which adds 1 / P of a TIME_WAIT to its cycle: 0.1 % of a thousand ports, and too
 * much of fewer. There is no saturated step then, and the threshold is judged by the stairs alone.
 */
public final class WallStaircase {

    /** How far above the threshold is saturated, where a call takes one port. */
    public static final double SATURATION = 1.3;

    /** The same where a refused call can waste a port: 1 + ε. */
    private static final double SLIGHT_SATURATION = 1.002;

    /** Fewer ports than these can't be saturated slightly and exactly at once. */
    private static final int LEAST_PORTS_SATURATED_SLIGHTLY = 1000;

    /**
     * A freed port waits for the next call, on average half the gap between two; that adds 1 / (2 × saturation × ports) of a
     * TIME_WAIT to its cycle. Small pools are saturated harder, to keep it below 0.02 %.
     */
    private static final double LEAST_PORTS_TIMES_SATURATION = 2500;

    private final Usage usage;
    private final PortLimits limits;
    private final Capacity capacity;
    private final Staircase staircase;

    /** @param slicesPerTimeWait slices of the recording */
    public WallStaircase(Usage usage, PortLimits limits, int slicesPerTimeWait) {
        this.usage = usage;
        this.limits = limits;
        this.capacity = limits.capacity(usage);
        this.staircase = new Staircase(usage, limits, slicesPerTimeWait);
    }

    /**
     * Plans the steps.
     *
     * @param shortestStep a step is not shorter unless the settings say so
     * @param leastWindows for how many TIME_WAITs the last step, which is saturated, is measured at least; 0: no such step
     */
    public List<PlannedStep> steps(StaircaseSettings given, Duration shortestStep, int leastWindows) {
        List<PlannedStep> stairs = staircase.stairs(given, shortestStep.toNanos() / 1e9);
        if (usage.portsPerCall() == 0 || !limits.canBeUsedUp()) {
            return stairs;
        }
        PlannedStep last = stairs.get(stairs.size() - 1);
        List<PlannedStep> steps = Rehearsal.firstRefusal(stairs, usage, limits);
        double saturating = saturatedCallsPerSecond(usage, limits);
        if (leastWindows > 0 && saturating > 0) {
            steps.add(
                    usage.portsPerCall() <= 1
                            ? saturated(last, saturating, leastWindows)
                            : saturatedSlightly(last, saturating, leastWindows));
        }
        return steps;
    }

    /** What the saturated step offers at least, modelled; 0 where such calls use no port up, or can't be saturated exactly. */
    public static double saturatedCallsPerSecond(Usage usage, PortLimits limits) {
        double threshold = limits.capacity(usage).thresholdCallsPerSecond();
        if (usage.portsPerCall() == 0 || !limits.canBeUsedUp()) {
            return 0;
        }
        if (usage.portsPerCall() <= 1) {
            return threshold * Math.max(SATURATION, LEAST_PORTS_TIMES_SATURATION / limits.ports());
        }
        return limits.ports() >= LEAST_PORTS_SATURATED_SLIGHTLY ? threshold * SLIGHT_SATURATION : 0;
    }

    private PlannedStep saturated(PlannedStep last, double saturating, int leastWindows) {
        double lastRate = last.offeredCallsPerSecond();
        double least = Math.max(saturating, lastRate * 1.1);
        double rate = least >= 20 ? Math.ceil(least) : Staircase.round(Math.ceil(least * 1000) / 1000);
        double settle = staircase.secondsToFill(lastRate, rate, capacity.timeWaitSeconds());
        return staircase.saturated(rate, Staircase.end(last), settle, leastWindows);
    }

    private PlannedStep saturatedSlightly(PlannedStep last, double rate, int leastWindows) {
        double full = staircase.secondsToFill(last.offeredCallsPerSecond(), rate, 0);
        double settle = Staircase.round(full + capacity.timeWaitSeconds());
        return staircase.saturated(Staircase.round(rate), Staircase.end(last), settle, leastWindows);
    }
}
