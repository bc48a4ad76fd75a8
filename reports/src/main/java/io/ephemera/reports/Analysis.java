package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a recording shows, before anybody asks whether it can be trusted. Steps are given by their index.
 *
 * @param recording the recording
 * @param totals its sums
 * @param states one for each step
 * @param predicted threshold in calls/s; {@code null} if there is none
 * @param measured threshold in calls/s; {@code null} if it can't be given
 * @param highestSustained step of the staircase; {@code null} if there is none
 * @param firstExhausted step of the staircase; {@code null} if there is none
 * @param liveAtExhaustion mean number of live ports when calls were refused; {@code null} where nobody can tell
 * @param heldBy what held the ports then
 */
record Analysis(
        Recording recording,
        Totals totals,
        List<State> states,
        @Nullable Double predicted,
        @Nullable Double measured,
        @Nullable Integer highestSustained,
        @Nullable Integer firstExhausted,
        @Nullable Double liveAtExhaustion,
        @Nullable HeldBy heldBy) {

    /** Measured and predicted further apart than this are not "as predicted", where the plan does not say otherwise. */
    static final double APART_PERCENT = 0.5;

    /** Fewer successes than this, and their own chance is larger than what is to be told apart. */
    static final long LEAST_SUCCESSES = 1_000;

    // Live connections on more than this share of the ports would by themselves move the threshold by APART_PERCENT.
    private static final double LIVE_SHARE = APART_PERCENT / 100;
    // In a small pool a few live connections are ordinary, whatever their share.
    private static final int FEW_LIVE = 4;
    // Below any figure that is shown, above the rounding of doubles: 0.5 % apart is not more than 0.5 % apart.
    static final double ROUNDING = 1e-9;

    Analysis {
        states = List.copyOf(states);
    }

    static Analysis of(Recording recording) {
        Totals totals = Totals.of(recording);
        RunPlan plan = recording.plan();
        List<State> states = new ArrayList<>();
        for (int step = 0; step < plan.steps().size(); step++) {
            states.add(state(recording, totals, step));
        }
        Integer firstExhausted = firstExhausted(plan, states);
        Held held = heldAtExhaustion(recording, totals);
        return new Analysis(
                recording,
                totals,
                states,
                plan.thresholdCallsPerSecond(),
                measured(plan, totals),
                highestSustained(plan, states, firstExhausted),
                firstExhausted,
                held == null ? null : held.live(),
                held == null ? null : held.by(plan));
    }

    RunPlan plan() {
        return recording.plan();
    }

    /** |measured − predicted| / predicted, in percent; {@code null} if one of them is. */
    @Nullable
    Double errorPercent() {
        return predicted == null || measured == null ? null : Math.abs(measured - predicted) / predicted * 100;
    }

    /** Whether the threshold is not as predicted; where each call is as planned, it is. */
    boolean isApart() {
        Double error = errorPercent();
        double most = plan().clock().virtual() ? APART_PERCENT : plan().clock().tolerancePercent();
        return error != null
                && error > most + ROUNDING
                && !(plan().clock().virtual() && CallComparison.difference(this) == null);
    }

    /** The saturated step with its windows; {@code null} if the plan has none. */
    @Nullable
    Integer saturated() {
        return firstStep(PlannedStep::measuresThreshold);
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
        int exhausted = states.indexOf(State.EXHAUSTED);
        if (exhausted >= 0) {
            return exhausted;
        }
        return firstStep(step -> step.secondsToFirstExhaustion() != null);
    }

    private @Nullable Integer firstStep(Predicate<PlannedStep> predicate) {
        return IntStream.range(0, plan().steps().size())
                .filter(step -> predicate.test(plan().steps().get(step)))
                .boxed()
                .findFirst()
                .orElse(null);
    }

    /** Whether so many live ports are more than a share that changes nothing in wall-clock time. */
    static boolean isHeldByLive(double live, RunPlan plan) {
        return live > Math.max(LIVE_SHARE * plan.limits().effectivePorts(), FEW_LIVE);
    }

    /** Ports that were taken when calls were refused, on average. */
    private record Held(double live, double timeWait) {

        /** In virtual time the larger part holds them; in wall-clock time live connections are the disturbance, few as they may be. */
        HeldBy by(RunPlan plan) {
            boolean byLive = plan.clock().virtual() ? live > timeWait : isHeldByLive(live, plan);
            return byLive ? HeldBy.LIVE : HeldBy.TIME_WAIT;
        }
    }

    // The mean over all refusals: a single one may have met the machine in a bad moment.
    private static @Nullable Held heldAtExhaustion(Recording recording, Totals totals) {
        RunEnd end = recording.end();
        RunEnd.PoolCounts pool = end == null ? null : end.pool();
        if (totals.exhausted() == 0) {
            return null;
        }
        if (pool != null && pool.exhausted() > 0) {
            double refusals = pool.exhausted();
            return new Held(pool.liveAtExhaustion() / refusals, pool.timeWaitAtExhaustion() / refusals);
        }
        Double live = totals.meanLiveWhenExhausted();
        if (live != null && !recording.plan().clock().virtual()) {
            return new Held(live, recording.plan().limits().effectivePorts() - live);
        }
        for (FirstExhaustion first : recording.firstExhaustions()) {
            if (first.live() + first.timeWait() > 0) {
                return new Held(first.live(), first.timeWait());
            }
        }
        return null;
    }

    private static State state(Recording recording, Totals totals, int step) {
        Totals.OfStep total = totals.steps().get(step);
        if (total.exhausted() > 0) {
            return State.EXHAUSTED;
        }
        if (total.other() > 0) {
            return State.FAILING;
        }
        PlannedStep planned = recording.plan().steps().get(step);
        double tillEnd = planned.startSeconds() + planned.durationSeconds() - totals.recordedSeconds();
        boolean over = recording.end() != null || tillEnd <= ROUNDING * totals.recordedSeconds();
        return over && total.ok() > 0 ? State.SUSTAINED : State.UNFINISHED;
    }

    private static @Nullable Double measured(RunPlan plan, Totals totals) {
        Totals.Windows windows = totals.windows();
        // Without a refusal the rate of successes is the offered rate, which says nothing about a threshold.
        if (plan.calls().portsPerCall() == 0 || windows.ok() < LEAST_SUCCESSES || windows.exhausted() == 0) {
            return null;
        }
        return windows.ok() / (windows.recorded() * plan.limits().profile().timeWaitSeconds());
    }

    private static @Nullable Integer firstExhausted(RunPlan plan, List<State> states) {
        return stairs(plan, states, State.EXHAUSTED)
                .min(Comparator.comparing(step -> rate(plan, step)))
                .orElse(null);
    }

    private static @Nullable Integer highestSustained(RunPlan plan, List<State> states, @Nullable Integer exhausted) {
        return stairs(plan, states, State.SUSTAINED)
                .filter(step -> exhausted == null || rate(plan, step) < rate(plan, exhausted))
                .reduce((highest, step) -> rate(plan, step) > rate(plan, highest) ? step : highest)
                .orElse(null);
    }

    private static Stream<Integer> stairs(RunPlan plan, List<State> states, State state) {
        return IntStream.range(0, states.size())
                .filter(step ->
                        states.get(step) == state && plan.steps().get(step).kind() != Kind.SATURATED)
                .boxed();
    }

    private static double rate(RunPlan plan, int step) {
        return plan.steps().get(step).offeredCallsPerSecond();
    }
}
