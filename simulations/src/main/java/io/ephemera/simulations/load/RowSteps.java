package io.ephemera.simulations.load;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.Profile;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one row of a matrix. A row answers one question, what its threshold is, with as few calls as that takes: many rows
 * are to fit into two minutes. All but the speedup is in modelled time; P are the ports, T is TIME_WAIT.
 *
 * <p><b>From an empty pool.</b> Calls are offered a little above the threshold, at λ = (1 + x) P / T. The pool is used up at T / (1 +
 * x); calls are refused until T, when the first ports are back, and they come back at the rate at which they were taken. Successes
 * are counted in [a, a + T): those that take a port for the first time, λ (T / (1 + x) − a) = P − λ a of them, and those that take
 * one that is back, λ a. That is P if ports come back when they should. If they come back at T (1 + δ), it is P (1 − δ (1 + x)),
 * as long as |δ| is below a / T and x; if they never do, P − λ a. So one TIME_WAIT of 1.1 P calls shows what two of them and 2 P
 * successes would. What it would miss: ports that come back once, but not a second time, and a TIME_WAIT that is wrong by more than
 * a / T and looks as if it were wrong by that.
 *
 * <p><b>With a step below.</b> Where calls are few, a step just below the threshold comes first, to show that it works there, and
 * the threshold is measured after it as in a staircase.
 *
 * <p><b>Without a threshold,</b> or with one beyond the generator's reach, the row shows a bound: the highest rate that the
 * generator can offer, for as long as it takes to use up more than all ports, were they used up.
 *
 * @param speedup modelled seconds per wall second
 * @param slicesPerTimeWait a TIME_WAIT is recorded in this many slices
 * @param steps in order of time, without gaps
 * @param isBounded whether the row shows a bound and no threshold
 */
public record RowSteps(double speedup, int slicesPerTimeWait, List<PlannedStep> steps, boolean isBounded) {

    /** Legs/s that two cores start, serve and record for seconds on end; they were seen to do 8,500. */
    static final double LEGS_PER_WALL_SECOND = 7500;

    /** The same where they log in, which costs more; as many as were held before all else was warm. */
    private static final double LOGIN_LEGS_PER_WALL_SECOND = 4200;

    /** The same where all calls have one connection, and wait for each other. */
    private static final double ONE_CONNECTION_CALLS_PER_WALL_SECOND = 400;

    /** x of a row from an empty pool. */
    private static final double EXCESS = 0.05;

    /** a, as a share of T. */
    private static final double SETTLE = 0.04;

    /** How far above the threshold is saturated after a step below it. */
    private static final double SATURATION = 1.3;

    /** Small pools are saturated harder, see {@link Staircase}. */
    private static final double LEAST_PORTS_TIMES_SATURATION = 2500;

    /** The same where a refused call can waste a port; see {@link Staircase}. */
    private static final double SLIGHT_SATURATION = 1.002;

    /** The step that shows that it works below the threshold, as a share of it. */
    private static final double BELOW = 0.96;

    private static final double STEP_TIME_WAITS = 1.04;

    /** A row of more legs than this has no step below its threshold. */
    private static final double MOST_LEGS_TO_SHOW_BELOW = 20_000;

    /** A window begins and ends on the millisecond or two: shorter ones make that a difference. */
    private static final double LEAST_TIME_WAIT_WALL_SECONDS = 2.5;

    /** Real life of a connection on loopback, generously, for each leg on it; it holds the port as well. */
    private static final double LIFE_WALL_SECONDS = 0.0008;

    private static final double MOST_LIFE_OF_TIME_WAIT = 0.001;

    /** So many times its ports are offered to a row that uses none of them up. */
    private static final double TIMES_PORTS = 2.2;

    /** The same where calls leave ports in TIME_WAIT, but never all of them. */
    private static final double TIMES_PORTS_NEVER_EXHAUSTED = 1.5;

    /** The same where the threshold is beyond reach. */
    private static final double TIMES_PORTS_BEYOND_REACH = 1.1;

    /** A bound is shown for at least this long. */
    private static final double LEAST_BOUND_WALL_SECONDS = 1.5;

    private static final double LEAST_SUCCESSES = 1050;
    private static final int MOST_SLICES = 48;
    private static final double SLICE_WALL_SECONDS = 0.04;
    private static final double BOUND_SLICE_WALL_SECONDS = 0.25;
    private static final int DIGITS_OF_SPEEDUP = 3;

    /** Copies the list. */
    public RowSteps {
        steps = List.copyOf(steps);
    }

    /**
     * Plans a row.
     *
     * @param profile the limits, remedies included
     * @param effectivePorts ports that can be had, of all pools together
     * @param pools pools that the calls go to in turn
     * @param speedup modelled seconds per wall second; {@code null}: the highest that the generator and the clock allow
     */
    public static RowSteps plan(Profile profile, int effectivePorts, int pools, Usage usage, @Nullable Double speedup) {
        double timeWait = profile.timeWaitSeconds();
        Capacity capacity = usage.capacity(effectivePorts, timeWait);
        double threshold = capacity.thresholdCallsPerSecond();
        boolean below = usage.portsPerCall() <= 1
                && threshold * timeWait * usage.legsPerCall() * (1 + SATURATION) <= MOST_LEGS_TO_SHOW_BELOW;
        double excess = usage.portsPerCall() > 1
                ? SLIGHT_SATURATION
                : below ? Math.max(SATURATION, LEAST_PORTS_TIMES_SATURATION / effectivePorts) : 1 + EXCESS;
        double most = Math.min(
                callsPerWallSecond(usage) / (threshold * excess),
                Math.min(
                        timeWait / LEAST_TIME_WAIT_WALL_SECONDS,
                        MOST_LIFE_OF_TIME_WAIT * timeWait / (LIFE_WALL_SECONDS * usage.legsPerConnection())));
        if (usage.portsPerCall() == 0 || (speedup == null && most < 1)) {
            return bounded(
                    timeWait,
                    effectivePorts,
                    usage,
                    speedup == null ? 1 : speedup,
                    usage.portsPerCall() == 0 ? TIMES_PORTS : 0);
        }
        double chosen = speedup == null ? roundedDown(most) : speedup;
        int slices = (int) Math.max(1, Math.min(MOST_SLICES, timeWait / chosen / SLICE_WALL_SECONDS));
        double slice = timeWait / slices;
        int windows = (int) Math.ceil(LEAST_SUCCESSES * usage.portsPerCall() / effectivePorts);
        List<PlannedStep> steps = new ArrayList<>();
        double start = 0;
        double settle = Math.max(1, Math.ceil(SETTLE * slices)) * slice;
        if (usage.portsPerCall() > 1) {
            settle = capacity.secondsToFirstExhaustion(0, threshold * excess).orElse(timeWait) + timeWait;
        } else if (below) {
            start = timeWait * STEP_TIME_WAITS;
            steps.add(step(Kind.STAIR, threshold * BELOW, usage, 0, start, 0, 0));
            settle = capacity.secondsToFirstExhaustion(threshold * BELOW, threshold * excess)
                    .orElse(timeWait);
        }
        steps.add(step(
                Kind.SATURATED,
                threshold * excess,
                usage,
                start,
                settle + windows * timeWait + slice,
                settle,
                Math.max(1, windows)));
        return new RowSteps(chosen, slices, FirstExhaustions.predict(steps, usage, capacity, pools, chosen), false);
    }

    /**
     * Plans a row whose program is to find no port to bind, from one call on.
     *
     * @param goodCalls calls before that one
     */
    public static RowSteps runaway(
            Profile profile, int effectivePorts, Usage usage, @Nullable Double speedup, long goodCalls) {
        List<PlannedStep> steps = RunawaySteps.plan(profile, effectivePorts, usage, goodCalls);
        double chosen = speedup == null ? RunawaySteps.highestSpeedup(steps, usage) : speedup;
        int slices = (int) Math.max(1, Math.min(MOST_SLICES, profile.timeWaitSeconds() / chosen / SLICE_WALL_SECONDS));
        return new RowSteps(chosen, slices, steps, false);
    }

    /**
     * Plans a row of the highest rate that the generator can offer, under which calls leave ports in TIME_WAIT, but never all of
     * them.
     */
    public static RowSteps neverExhausted(Profile profile, int effectivePorts, Usage usage, @Nullable Double speedup) {
        return bounded(
                profile.timeWaitSeconds(),
                effectivePorts,
                usage,
                speedup == null ? 1 : speedup,
                TIMES_PORTS_NEVER_EXHAUSTED);
    }

    private static RowSteps bounded(double timeWait, int ports, Usage usage, double speedup, double timesPorts) {
        double rate = callsPerWallSecond(usage) / speedup;
        double seconds = Math.max(
                LEAST_BOUND_WALL_SECONDS * speedup,
                timesPorts > 0
                        ? timesPorts * ports / rate
                        : Math.max(2 * timeWait, TIMES_PORTS_BEYOND_REACH * ports / (rate * usage.portsPerCall())));
        int slices = (int) Math.max(1, Math.ceil(timeWait / speedup / BOUND_SLICE_WALL_SECONDS));
        return new RowSteps(speedup, slices, List.of(step(Kind.STAIR, rate, usage, 0, seconds, 0, 0)), true);
    }

    private static double callsPerWallSecond(Usage usage) {
        return usage.pattern() == Pattern.NTLM_SHARED
                ? ONE_CONNECTION_CALLS_PER_WALL_SECOND
                : (usage.pattern().login() == Login.NONE ? LEGS_PER_WALL_SECOND : LOGIN_LEGS_PER_WALL_SECOND)
                        / usage.legsPerCall();
    }

    private static PlannedStep step(
            Kind kind, double rate, Usage usage, double start, double seconds, double settle, int windows) {
        // Rounded like what people read; the rate of a saturated step may not come below the threshold by it.
        double readable = BigDecimal.valueOf(rate).round(new MathContext(6)).doubleValue();
        long calls = (long) Math.ceil((readable * seconds - 1e-9) / usage.callsPerUser()) * usage.callsPerUser();
        return new PlannedStep(kind, readable, start, seconds, calls, null, settle, windows);
    }

    private static double roundedDown(double speedup) {
        return BigDecimal.valueOf(speedup)
                .round(new MathContext(DIGITS_OF_SPEEDUP, RoundingMode.DOWN))
                .doubleValue();
    }
}
