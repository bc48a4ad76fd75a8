package io.ephemera.simulations.load;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.PlannedStep.SteadyState;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a run: a staircase of offered rates, the pool carried over from step to step, then a saturated step above the
 * threshold, whose steady rate of successes is the measured threshold. All in modelled time.
 *
 * <p>In virtual time nothing jitters, so that one TIME_WAIT of the saturated step shows the threshold, whatever a call takes. Its
 * rate has a whole number of calls in a TIME_WAIT: each port is then taken again at the very instant at which it is back.
 */
public final class Staircase {

    /** Rates of the default staircase, as shares of the predicted threshold. */
    private static final double[] SHARES = {0.60, 0.72, 0.84, 0.90, 0.96, 1.02, 1.08, 1.20};

    /** A step is a little longer than a TIME_WAIT, so that the last calls of the step before have left the pool. */
    private static final double STEP_TIME_WAITS = 1.04;

    /** The measured threshold stands on at least 1,000 successes; a few more, since some calls end just outside the windows. */
    private static final double LEAST_SUCCESSES = 1050;

    /** How far above the threshold, and above the last stair, is saturated in virtual time. */
    private static final double SATURATION = 1.1;

    /** A row of a matrix offers so much more than its ports suffice for. */
    private static final double ROW_EXCESS = 1.05;

    /** When a row of a matrix begins to count, as a share of TIME_WAIT. */
    private static final double ROW_SETTLE = 0.04;

    /** A row without a threshold is offered so many times what its ports would suffice for, were they used up. */
    private static final double BOUND_EXCESS = 10;

    /** Calls of such a row, as a share of the ports. */
    private static final double BOUND_CALLS = 1.2;

    /** The rate of a program whose counter runs away, as a share of the threshold. */
    private static final double RUNAWAY_SHARE = 0.9;

    private static final int RUNAWAY_DIGITS = 6;

    /** Calls after its first that fails, as a share of those before it. */
    private static final double SHARE_AFTER = 0.1;

    private static final long LEAST_CALLS_AFTER = 100;

    private final Usage usage;
    private final PortLimits limits;
    private final Capacity capacity;
    private final double sliceSeconds;

    /** @param slicesPerTimeWait slices of the recording */
    public Staircase(Usage usage, PortLimits limits, int slicesPerTimeWait) {
        this.usage = usage;
        this.limits = limits;
        this.capacity = limits.capacity(usage);
        this.sliceSeconds = limits.timeWaitSeconds() / slicesPerTimeWait;
    }

    /**
     * The steps of a run in virtual time, with their outcomes. Where the required rate alone is offered, it is all that is asked for:
     * no threshold is measured.
     *
     * @param leastWindows for how many TIME_WAITs the threshold is measured at least
     */
    public List<PlannedStep> steps(StaircaseSettings given, int leastWindows) {
        List<PlannedStep> steps = stairs(given, 0);
        PlannedStep last = steps.get(steps.size() - 1);
        boolean requiredAlone = steps.size() == 1 && last.kind() == Kind.REQUIRED;
        if (usage.portsPerCall() > 0 && limits.canBeUsedUp() && !requiredAlone) {
            steps.add(saturatedAfter(last, leastWindows));
        }
        return Rehearsal.of(steps, usage, limits);
    }

    /** Where the last stair is far enough above the threshold, and has settled, the saturated step is the same rate for longer. */
    private PlannedStep saturatedAfter(PlannedStep last, int leastWindows) {
        double threshold = capacity.thresholdCallsPerSecond();
        double timeWait = capacity.timeWaitSeconds();
        double lastRate = last.offeredCallsPerSecond();
        boolean settled = lastRate >= SATURATION * threshold
                && last.durationSeconds() >= timeWait
                && isWhole(lastRate * timeWait)
                && isWhole(lastRate * last.durationSeconds());
        if (settled) {
            return saturated(lastRate, end(last), 0, leastWindows);
        }
        double rate = wholeInTimeWait(SATURATION * Math.max(threshold, lastRate));
        return saturated(rate, end(last), round(secondsToFill(lastRate, rate, 0) + timeWait), leastWindows);
    }

    /**
     * How long a rate takes to use up the ports that the rate before it has left, in modelled seconds: 0 where that one was above the
     * threshold and has used them up already.
     *
     * @param never what is returned where the ports are never used up
     */
    double secondsToFill(double lastRate, double rate, double never) {
        return lastRate <= capacity.thresholdCallsPerSecond()
                ? capacity.secondsToFirstExhaustion(lastRate, rate).orElse(never)
                : 0;
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
     * @param required a rate that the row is to be held against; {@code null}: none
     */
    public List<PlannedStep> row(@Nullable Double required) {
        double threshold = capacity.thresholdCallsPerSecond();
        PlannedStep only;
        if (usage.portsPerCall() == 0 || !limits.canBeUsedUp()) {
            double rate = wholeInTimeWait(Math.max(BOUND_EXCESS * threshold, required == null ? 0 : required));
            only = step(Kind.STAIR, rate, 0, round(Math.ceil(BOUND_CALLS * limits.ports()) / rate), 0, 0);
        } else {
            double settle = round(ROW_SETTLE * capacity.timeWaitSeconds());
            only = saturated(wholeInTimeWait(ROW_EXCESS * threshold), 0, settle, 1);
        }
        return Rehearsal.of(List.of(only), usage, limits);
    }

    /**
     * The step of a run whose program is to find no port to bind, from one call on: below the threshold that its ports would carry,
     * so that none runs out, and somewhat longer than it takes to come to that call.
     *
     * @param goodCalls calls before the first that is to fail
     */
    public List<PlannedStep> runaway(long goodCalls) {
        double rate = BigDecimal.valueOf(RUNAWAY_SHARE * capacity.thresholdCallsPerSecond())
                .round(new MathContext(RUNAWAY_DIGITS))
                .doubleValue();
        long calls = goodCalls + Math.max(LEAST_CALLS_AFTER, Math.round(SHARE_AFTER * goodCalls));
        return List.of(new PlannedStep(Kind.STAIR, rate, 0, calls / rate, calls, SteadyState.NONE));
    }

    /** The next rate that has a whole number of calls in a TIME_WAIT; a whole number itself where that is fine enough. */
    private double wholeInTimeWait(double rate) {
        double timeWait = capacity.timeWaitSeconds();
        return rate >= 20 && timeWait == Math.rint(timeWait)
                ? Math.ceil(rate - 1e-9)
                : Math.ceil(rate * timeWait - 1e-9) / timeWait;
    }

    static double end(PlannedStep step) {
        return step.startSeconds() + step.durationSeconds();
    }

    /** @param shortestSeconds a step is not shorter unless the settings say so */
    List<PlannedStep> stairs(StaircaseSettings given, double shortestSeconds) {
        double stepSeconds = given.duration() == null
                ? Math.max(round(capacity.timeWaitSeconds() * STEP_TIME_WAITS), shortestSeconds)
                : given.duration().toNanos() / 1e9;
        Double required = given.required();
        TreeSet<Double> stairs = new TreeSet<>(given.rates() == null ? defaultRates(capacity) : given.rates());
        if (required != null) {
            stairs.add(required);
        }
        List<PlannedStep> steps = new ArrayList<>();
        double start = 0;
        for (double rate : stairs) {
            Kind kind = required != null && rate == required ? Kind.REQUIRED : Kind.STAIR;
            steps.add(step(kind, rate, start, stepSeconds, 0, 0));
            start += stepSeconds;
        }
        return steps;
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

    PlannedStep saturated(double rate, double start, double settle, int leastWindows) {
        int windows =
                Math.max(leastWindows, (int) Math.ceil(LEAST_SUCCESSES * capacity.portsPerCall() / capacity.ports()));
        double seconds = settle + windows * capacity.timeWaitSeconds() + 2 * sliceSeconds;
        return step(Kind.SATURATED, rate, start, round(seconds), settle, windows);
    }

    private PlannedStep step(Kind kind, double rate, double start, double seconds, double settleSeconds, int windows) {
        long calls = usage.callsOfStep(rate * seconds - 1e-9);
        return new PlannedStep(kind, rate, start, seconds, calls, new SteadyState(settleSeconds, windows));
    }

    /** Takes the noise of binary fractions out of figures that people read. */
    static double round(double value) {
        return Math.round(value * 1e6) / 1e6;
    }
}
