package io.ephemera.simulations.load;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.Profile;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a run: a staircase of offered rates, the pool carried over from step to step, then a saturated step above the
 * threshold, whose steady rate of successes is the measured threshold. All in modelled time.
 *
 * <p><b>Calls of one port</b> are saturated well above the threshold: every port that comes back serves a call, so successes come
 * at the rate at which ports do, μ = P / T (P ports, TIME_WAIT T), however many calls are refused.
 *
 * <p><b>Calls of a part of a port</b> come k together, as those of a user who keeps its connection: one port serves k of them or
 * none, so they are saturated like calls of one port. A step has the calls of whole users only.
 *
 * <p><b>Calls of two ports</b> waste ports when they are refused: a call may find a port for its first leg and none for its second,
 * and the first is in TIME_WAIT all the same. Let the offered rate be λ = (1 + ε) μ/2, and let the calls be shared out as s that
 * find both ports, w that find one and z that find none, s + w + z = 1. All ports that come back are taken again:
 *
 * <pre>
 * λ (2s + w) = μ,  so  2s + w = 2 / (1 + ε),  and  w + 2z = 2ε / (1 + ε)
 * rate of successes  λ s = μ/2 − λ w/2
 * </pre>
 *
 * Where none is wasted (w = 0) that is the threshold μ/2; where refused calls all waste a port (z = 0) it is μ/2 × (1 − ε). A
 * refused call that is as likely to find one port as none (w = z = 2ε/3 nearly) gives μ/2 × (1 − ε/3). Evenly spaced calls keep
 * their ports in pairs and waste next to none, but starts jitter and legs of several calls mingle on real sockets: the model
 * with starts anywhere in their gap loses 6 % at λ = 0.75 μ, and calls at random times (w = z) would have 0.42 μ. So such calls
 * are saturated only ε = 0.2 % above the threshold, which bounds the loss by 0.2 % however they mingle. The pool has to be full
 * before: the step first fills it, and then waits one TIME_WAIT more, until what a heavier step before it has wasted is out of
 * the pool.
 *
 * <p>So near the threshold a port that has come back waits for the next call half the gap between two, on average 1 / (2λ), which
 * adds 1 / P of a TIME_WAIT to its cycle: 0.1 % of a thousand ports, and too much of fewer. There is no saturated step then, and
 * the threshold is judged by the stairs alone.
 */
public final class Staircase {

    /** Rates of the default staircase, as shares of the predicted threshold. */
    private static final double[] SHARES = {0.60, 0.72, 0.84, 0.90, 0.96, 1.02, 1.08, 1.20};

    /** A step is a little longer than a TIME_WAIT, so that the last calls of the step before have left the pool. */
    private static final double STEP_TIME_WAITS = 1.04;

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

    /** The measured threshold stands on at least 1,000 successes; a few more, since some calls end just outside the windows. */
    private static final double LEAST_SUCCESSES = 1050;

    /** How far above the threshold, and above the last stair, is saturated in virtual time. */
    private static final double VIRTUAL_SATURATION = 1.1;

    /** A row of a matrix offers so much more than its ports suffice for. */
    private static final double ROW_EXCESS = 1.05;

    /** When a row of a matrix begins to count, as a share of TIME_WAIT. */
    private static final double ROW_SETTLE = 0.04;

    /** A row without a threshold is offered so many times what its ports would suffice for, were they used up. */
    private static final double BOUND_EXCESS = 10;

    /** Calls of such a row, as a share of the ports. */
    private static final double BOUND_CALLS = 1.2;

    private Staircase() {}

    /**
     * The steps of a run in virtual time, with their outcomes. Nothing jitters there, so that one TIME_WAIT of the saturated step shows
     * the threshold, whatever a call takes. Its rate has a whole number of calls in a TIME_WAIT: each port is then taken again at the
     * very instant at which it is back. Where the required rate alone is offered, it is all that is asked for: no threshold is measured.
     *
     * @param effectivePorts ports that can be had, of all pools together
     * @param pools pools that the calls go to in turn
     * @param mostTimeWait ports in TIME_WAIT at once, at most
     * @param slicesPerTimeWait slices of the recording
     * @param leastWindows for how many TIME_WAITs the threshold is measured at least
     * @param rates offered rates, rising; {@code null}: from the prediction
     * @param duration length of a step; {@code null}: a little more than one TIME_WAIT
     * @param required a rate that gets a step of its own; {@code null}: none
     */
    public static List<PlannedStep> virtual(
            Profile profile,
            int effectivePorts,
            int pools,
            int mostTimeWait,
            Usage usage,
            int slicesPerTimeWait,
            int leastWindows,
            @Nullable List<Double> rates,
            @Nullable Duration duration,
            @Nullable Double required) {
        Capacity capacity = usage.capacity(effectivePorts, profile.timeWaitSeconds());
        List<PlannedStep> steps = stairs(capacity, usage, rates, duration, Duration.ZERO, required);
        PlannedStep last = steps.get(steps.size() - 1);
        boolean requiredAlone = steps.size() == 1 && last.kind() == Kind.REQUIRED;
        if (usage.portsPerCall() > 0 && mostTimeWait >= effectivePorts && !requiredAlone) {
            steps.add(saturatedAfter(last, capacity, usage, slicesPerTimeWait, leastWindows));
        }
        return rehearsed(steps, usage, capacity, pools, mostTimeWait);
    }

    /** Where the last stair is far enough above the threshold, and has settled, the saturated step is the same rate for longer. */
    private static PlannedStep saturatedAfter(
            PlannedStep last, Capacity capacity, Usage usage, int slicesPerTimeWait, int leastWindows) {
        double threshold = capacity.thresholdCallsPerSecond();
        double timeWait = capacity.timeWaitSeconds();
        double lastRate = last.offeredCallsPerSecond();
        double slice = timeWait / slicesPerTimeWait;
        boolean settled = lastRate >= VIRTUAL_SATURATION * threshold
                && last.durationSeconds() >= timeWait
                && isWhole(lastRate * timeWait)
                && isWhole(lastRate * last.durationSeconds());
        if (settled) {
            return saturated(capacity, usage, lastRate, end(last), 0, slice, leastWindows);
        }
        double rate = wholeInTimeWait(VIRTUAL_SATURATION * Math.max(threshold, lastRate), capacity);
        double fills = lastRate <= threshold
                ? capacity.secondsToFirstExhaustion(lastRate, rate).orElse(0)
                : 0;
        return saturated(capacity, usage, rate, end(last), round(fills + timeWait), slice, leastWindows);
    }

    private static boolean isWhole(double value) {
        return Math.abs(value - Math.rint(value)) < 1e-6;
    }

    /**
     * The steps of a row of a matrix, with their outcomes. A row answers one question, what its threshold is, with as few calls as that
     * takes; P are the ports, T is TIME_WAIT.
     *
     * <p>From an empty pool, calls are offered a little above the threshold, at λ = (1 + x) P / T. The pool is used up at T / (1 + x);
     * calls are refused until T, when the first ports are back, and they come back at the rate at which they were taken. Successes
     * are counted in [a, a + T): those that take a port for the first time, λ (T / (1 + x) − a) = P − λ a of them, and those that
     * take one that is back, λ a. That is P if ports come back when they should, and every call shows whether they do.
     *
     * <p>Without a threshold, the row shows a bound: far more calls than the ports would suffice for, were they used up.
     *
     * @param slicesPerTimeWait slices of the recording
     * @param required a rate that the row is to be held against; {@code null}: none
     */
    public static List<PlannedStep> row(
            Profile profile,
            int effectivePorts,
            int pools,
            int mostTimeWait,
            Usage usage,
            int slicesPerTimeWait,
            @Nullable Double required) {
        Capacity capacity = usage.capacity(effectivePorts, profile.timeWaitSeconds());
        double threshold = capacity.thresholdCallsPerSecond();
        if (usage.portsPerCall() == 0 || mostTimeWait < effectivePorts) {
            double rate =
                    wholeInTimeWait(Math.max(BOUND_EXCESS * threshold, required == null ? 0 : required), capacity);
            double seconds = round(Math.ceil(BOUND_CALLS * effectivePorts) / rate);
            return rehearsed(
                    List.of(step(Kind.STAIR, rate, usage, 0, seconds, 0, 0)), usage, capacity, pools, mostTimeWait);
        }
        double rate = wholeInTimeWait(ROW_EXCESS * threshold, capacity);
        return rehearsed(
                List.of(saturated(
                        capacity,
                        usage,
                        rate,
                        0,
                        round(ROW_SETTLE * capacity.timeWaitSeconds()),
                        capacity.timeWaitSeconds() / slicesPerTimeWait,
                        1)),
                usage,
                capacity,
                pools,
                mostTimeWait);
    }

    private static List<PlannedStep> rehearsed(
            List<PlannedStep> steps, Usage usage, Capacity capacity, int pools, int mostTimeWait) {
        return Rehearsal.of(steps, usage, capacity.ports() / pools, capacity.timeWaitSeconds(), pools, mostTimeWait);
    }

    /** The next rate that has a whole number of calls in a TIME_WAIT; a whole number itself where that is fine enough. */
    private static double wholeInTimeWait(double rate, Capacity capacity) {
        double timeWait = capacity.timeWaitSeconds();
        return rate >= 20 && timeWait == Math.rint(timeWait)
                ? Math.ceil(rate - 1e-9)
                : Math.ceil(rate * timeWait - 1e-9) / timeWait;
    }

    private static double end(PlannedStep step) {
        return step.startSeconds() + step.durationSeconds();
    }

    /**
     * Plans the steps of a run on the wall.
     *
     * @param effectivePorts ports that can be had, of all pools together
     * @param pools pools that the calls go to in turn
     * @param speedup modelled seconds per wall second
     * @param slicesPerTimeWait slices of the recording
     * @param rates offered rates, rising; {@code null}: from the prediction
     * @param duration length of a step; {@code null}: a little more than one TIME_WAIT, or {@code shortestStep}
     * @param shortestStep a step is not shorter unless {@code duration} says so
     * @param required a rate that gets a step of its own; {@code null}: none
     * @param leastWindows for how many TIME_WAITs the last step, which is saturated, is measured at least; 0: no such step
     */
    public static List<PlannedStep> plan(
            Profile profile,
            int effectivePorts,
            int pools,
            Usage usage,
            double speedup,
            int slicesPerTimeWait,
            @Nullable List<Double> rates,
            @Nullable Duration duration,
            Duration shortestStep,
            @Nullable Double required,
            int leastWindows) {
        Capacity capacity = usage.capacity(effectivePorts, profile.timeWaitSeconds());
        List<PlannedStep> steps = stairs(capacity, usage, rates, duration, shortestStep, required);
        PlannedStep last = steps.get(steps.size() - 1);
        if (usage.portsPerCall() > 0) {
            steps = FirstExhaustions.predict(steps, usage, capacity, pools, speedup);
            double sliceSeconds = profile.timeWaitSeconds() / slicesPerTimeWait;
            double lastRate = last.offeredCallsPerSecond();
            if (leastWindows == 0) {
                return steps;
            }
            if (usage.portsPerCall() <= 1) {
                steps.add(saturated(capacity, usage, lastRate, end(last), sliceSeconds, leastWindows));
            } else if (effectivePorts >= LEAST_PORTS_SATURATED_SLIGHTLY) {
                steps.add(saturatedSlightly(capacity, usage, lastRate, end(last), sliceSeconds, leastWindows));
            }
        }
        return steps;
    }

    private static List<PlannedStep> stairs(
            Capacity capacity,
            Usage usage,
            @Nullable List<Double> rates,
            @Nullable Duration duration,
            Duration shortestStep,
            @Nullable Double required) {
        double stepSeconds = duration == null
                ? Math.max(round(capacity.timeWaitSeconds() * STEP_TIME_WAITS), shortestStep.toNanos() / 1e9)
                : duration.toNanos() / 1e9;
        TreeSet<Double> stairs = new TreeSet<>(rates == null ? defaultRates(capacity) : rates);
        if (required != null) {
            stairs.add(required);
        }
        List<PlannedStep> steps = new ArrayList<>();
        double start = 0;
        for (double rate : stairs) {
            Kind kind = required != null && rate == required ? Kind.REQUIRED : Kind.STAIR;
            steps.add(step(kind, rate, usage, start, stepSeconds, 0, 0));
            start += stepSeconds;
        }
        return steps;
    }

    private static double saturation(Capacity capacity) {
        return Math.max(SATURATION, LEAST_PORTS_TIMES_SATURATION / capacity.ports());
    }

    /** Eight rates around the threshold: whole numbers where that is fine enough. */
    public static List<Double> defaultRates(Capacity capacity) {
        double threshold = capacity.thresholdCallsPerSecond();
        double grain = Math.min(1, Math.pow(10, Math.floor(Math.log10(threshold)) - 1));
        TreeSet<Double> rates = new TreeSet<>();
        for (double share : SHARES) {
            rates.add(round(Math.round(threshold * share / grain) * grain));
        }
        return List.copyOf(rates);
    }

    private static PlannedStep saturated(
            Capacity capacity, Usage usage, double lastRate, double start, double sliceSeconds, int leastWindows) {
        double threshold = capacity.thresholdCallsPerSecond();
        double timeWait = capacity.timeWaitSeconds();
        double rate = Math.max(threshold * saturation(capacity), lastRate * 1.1);
        rate = rate >= 20 ? Math.ceil(rate) : round(Math.ceil(rate * 1000) / 1000);
        double settle = lastRate <= threshold
                ? capacity.secondsToFirstExhaustion(lastRate, rate).orElse(timeWait)
                : 0;
        return saturated(capacity, usage, rate, start, settle, sliceSeconds, leastWindows);
    }

    private static PlannedStep saturatedSlightly(
            Capacity capacity, Usage usage, double lastRate, double start, double sliceSeconds, int leastWindows) {
        double threshold = capacity.thresholdCallsPerSecond();
        double rate = threshold * SLIGHT_SATURATION;
        double full = lastRate < threshold
                ? capacity.secondsToFirstExhaustion(lastRate, rate).orElse(0)
                : 0;
        return saturated(
                capacity,
                usage,
                round(rate),
                start,
                round(full + capacity.timeWaitSeconds()),
                sliceSeconds,
                leastWindows);
    }

    private static PlannedStep saturated(
            Capacity capacity,
            Usage usage,
            double rate,
            double start,
            double settle,
            double sliceSeconds,
            int leastWindows) {
        int windows =
                Math.max(leastWindows, (int) Math.ceil(LEAST_SUCCESSES * capacity.portsPerCall() / capacity.ports()));
        double seconds = settle + windows * capacity.timeWaitSeconds() + 2 * sliceSeconds;
        return step(Kind.SATURATED, rate, usage, start, round(seconds), settle, windows);
    }

    private static PlannedStep step(
            Kind kind, double rate, Usage usage, double start, double seconds, double settleSeconds, int windows) {
        // Call i of a step starts i / rate seconds into it, so the last one is the last i below rate × seconds; with it
        // come
        // the others of its user.
        int callsPerUser = usage.callsPerUser();
        long calls = (long) Math.ceil((rate * seconds - 1e-9) / callsPerUser) * callsPerUser;
        return new PlannedStep(kind, rate, start, seconds, calls, null, settleSeconds, windows);
    }

    /** Takes the noise of binary fractions out of figures that people read. */
    private static double round(double value) {
        return Math.round(value * 1e6) / 1e6;
    }
}
