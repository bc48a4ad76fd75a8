package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a recording shows, before anybody asks whether it can be trusted. Steps are given by their index.
 *
 * @param recording the recording
 * @param totals its sums
 * @param states one for each step
 * @param measured threshold in calls/s; {@code null} if it can't be given
 * @param highestSustained step of the staircase; {@code null} if there is none
 * @param firstExhausted step of the staircase; {@code null} if there is none
 * @param held what held the ports when calls were refused; {@code null} where nobody can tell
 */
record Analysis(
        Recording recording,
        Totals totals,
        List<State> states,
        @Nullable Double measured,
        @Nullable Integer highestSustained,
        @Nullable Integer firstExhausted,
        @Nullable HeldPorts held) {

    /** Measured and predicted further apart than this are not "as predicted", where the plan does not say otherwise. */
    static final double APART_PERCENT = 0.5;

    /** Fewer successes than this in wall-clock time, and their own chance is larger than what is to be told apart. */
    static final long LEAST_SUCCESSES = 1_000;

    // Live connections on more than this share of the ports would by themselves move the threshold by APART_PERCENT.
    private static final double LIVE_SHARE = APART_PERCENT / 100;
    // In a small pool a few live connections are ordinary, whatever their share.
    private static final int FEW_LIVE = 4;
    // Below any figure that is shown, above the rounding of doubles: 0.5 % apart is not more than 0.5 % apart.
    static final double ROUNDING = 1e-9;

    static Analysis of(Recording recording) {
        Totals totals = Totals.of(recording);
        RunPlan plan = recording.plan();
        List<State> states = new ArrayList<>();
        for (int step = 0; step < plan.steps().size(); step++) {
            states.add(state(recording, totals, step));
        }
        Comparator<Integer> byRate =
                Comparator.comparing(step -> plan.steps().get(step).offeredCallsPerSecond());
        Integer exhausted = stairs(plan, states, State.EXHAUSTED).min(byRate).orElse(null);
        Integer sustained = stairs(plan, states, State.SUSTAINED)
                .filter(step -> exhausted == null || byRate.compare(step, exhausted) < 0)
                .max(byRate)
                .orElse(null);
        return new Analysis(
                recording,
                totals,
                states,
                measured(plan, totals),
                sustained,
                exhausted,
                heldAtExhaustion(recording, totals));
    }

    RunPlan plan() {
        return recording.plan();
    }

    @Nullable
    RunEnd end() {
        return recording.end();
    }

    boolean virtual() {
        return plan().clock().virtual();
    }

    long plannedCalls() {
        return plan().steps().stream().mapToLong(PlannedStep::calls).sum();
    }

    /** Of a step, in calls/s. */
    double offered(int step) {
        return plan().steps().get(step).offeredCallsPerSecond();
    }

    /** The same in words. */
    String offeredWords(int step) {
        return Format.offered(offered(step)) + " calls/s";
    }

    Totals.CallSums total(int step) {
        return totals.steps().get(step);
    }

    /** Threshold in calls/s; {@code null} if there is none. */
    @Nullable
    Double predicted() {
        return plan().thresholdCallsPerSecond();
    }

    @Nullable
    HeldBy heldBy() {
        return held == null ? null : held.by(plan());
    }

    /** |measured − predicted| / predicted, in percent; {@code null} if one of them is. */
    @Nullable
    Double errorPercent() {
        Double predicted = predicted();
        return predicted == null || measured == null ? null : Math.abs(measured - predicted) / predicted * 100;
    }

    /** Whether the threshold is not as predicted; where each call is as planned, it is. */
    boolean isApart() {
        Double error = errorPercent();
        double most = virtual() ? APART_PERCENT : plan().clock().tolerancePercent();
        return error != null && error > most + ROUNDING && !(virtual() && CallComparison.difference(this) == null);
    }

    /** The saturated step with its windows; {@code null} if the plan has none. */
    @Nullable
    Integer saturated() {
        return firstStep(step -> plan().steps().get(step).measuresThreshold());
    }

    /** The step at the required rate; {@code null} if none is required. */
    @Nullable
    Integer required() {
        return plan().requiredCallsPerSecond() == null
                ? null
                : firstStep(step -> plan().steps().get(step).kind() == Kind.REQUIRED);
    }

    /**
     * The step whose first exhaustion is told: the first exhausted one of the staircase, or else the saturated one; if none was
     * exhausted, the first that should have been. {@code null} if none should.
     */
    @Nullable
    Integer exhaustionStep() {
        if (firstExhausted != null) {
            return firstExhausted;
        }
        Integer exhausted = firstStep(step -> states.get(step) == State.EXHAUSTED);
        return exhausted != null
                ? exhausted
                : firstStep(step -> plan().steps().get(step).secondsToFirstExhaustion() != null);
    }

    private @Nullable Integer firstStep(IntPredicate predicate) {
        return IntStream.range(0, states.size())
                .filter(predicate)
                .boxed()
                .findFirst()
                .orElse(null);
    }

    /** Whether so many live ports are more than a share that changes nothing in wall-clock time. */
    static boolean isHeldByLive(double live, RunPlan plan) {
        return live > Math.max(LIVE_SHARE * plan.limits().effectivePorts(), FEW_LIVE);
    }

    /** Ports that were taken when calls were refused, on average. */
    record HeldPorts(double live, double timeWait) {

        /** In virtual time the larger part holds them; in wall-clock time live connections are the disturbance, few as they may be. */
        private HeldBy by(RunPlan plan) {
            boolean byLive = plan.clock().virtual() ? live > timeWait : isHeldByLive(live, plan);
            return byLive ? HeldBy.LIVE : HeldBy.TIME_WAIT;
        }
    }

    // The mean over all refusals: a single one may have met the machine in a bad moment.
    private static @Nullable HeldPorts heldAtExhaustion(Recording recording, Totals totals) {
        RunEnd end = recording.end();
        RunEnd.PoolCounts pool = end == null ? null : end.pool();
        if (totals.run().exhausted() == 0) {
            return null;
        }
        if (pool != null && pool.exhausted() > 0) {
            double refusals = pool.exhausted();
            return new HeldPorts(
                    pool.held().liveAtExhaustion() / refusals, pool.held().timeWaitAtExhaustion() / refusals);
        }
        Double live = totals.meanLiveWhenExhausted();
        if (live != null && !recording.plan().clock().virtual()) {
            return new HeldPorts(live, recording.plan().limits().effectivePorts() - live);
        }
        return recording.firstExhaustions().stream()
                .filter(first -> first.live() + first.timeWait() > 0)
                .map(first -> new HeldPorts(first.live(), first.timeWait()))
                .findFirst()
                .orElse(null);
    }

    private static State state(Recording recording, Totals totals, int step) {
        Totals.CallSums total = totals.steps().get(step);
        if (total.exhausted() > 0) {
            return State.EXHAUSTED;
        }
        if (total.other() > 0) {
            return State.FAILING;
        }
        PlannedStep planned = recording.plan().steps().get(step);
        double tillEnd = planned.startSeconds() + planned.durationSeconds() - totals.recordedSeconds();
        boolean over = recording.end() != null || tillEnd <= ROUNDING * totals.recordedSeconds();
        Expectations expectations = recording.expectations();
        boolean closedLoop = expectations != null && expectations.closedLoop();
        double missing = recording.plan().clock().virtual() ? 0 : WallClockChecks.MISSING_CALLS_SHARE * planned.calls();
        boolean made = closedLoop ? total.ok() > 0 : total.ok() > 0 && planned.calls() - total.ok() <= missing;
        return over && made ? State.SUSTAINED : State.UNFINISHED;
    }

    private static @Nullable Double measured(RunPlan plan, Totals totals) {
        Totals.Windows windows = totals.windows();
        // Without a refusal the rate of successes is the offered rate, which says nothing about a threshold.
        long least = plan.clock().virtual() ? 1 : LEAST_SUCCESSES;
        if (plan.calls().portsPerCall() == 0 || windows.ok() < least || windows.exhausted() == 0) {
            return null;
        }
        return windows.ok() / (windows.recorded() * plan.limits().profile().timeWaitSeconds());
    }

    private static Stream<Integer> stairs(RunPlan plan, List<State> states, State state) {
        return IntStream.range(0, states.size())
                .filter(step ->
                        states.get(step) == state && plan.steps().get(step).kind() != Kind.SATURATED)
                .boxed();
    }
}
