package io.ephemera.simulations.load;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.Scope;
import io.ephemera.ports.plan.CallCost;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Load;
import io.ephemera.ports.plan.Planner;
import io.ephemera.reports.RunPlan.PlannedStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * When the first call of a staircase should be refused. The formula leaves out that ports are whole and that calls come one by
 * one, which a small pool feels, and that Gatling starts them in whole milliseconds of the wall, several together at a high
 * speedup. So the staircase is planned as it will be offered, in virtual time, where it is not too long.
 */
final class FirstExhaustions {

    private static final long MOST_REPLAYED_CALLS = 2_000_000;

    /** A connection lives longer than nothing: its port is not back for calls of the very millisecond. */
    private static final Duration LIFE = Duration.ofNanos(1);

    private FirstExhaustions() {}

    /**
     * The same steps; the first of them that runs out of ports says when.
     *
     * @param capacity what the ports of all pools carry together
     * @param pools pools that the calls go to in turn, each with its share of the ports
     */
    static List<PlannedStep> predict(
            List<PlannedStep> steps, Usage usage, Capacity capacity, int pools, double speedup) {
        long calls = steps.stream().mapToLong(PlannedStep::calls).sum();
        return calls <= MOST_REPLAYED_CALLS
                ? replayed(steps, usage, capacity, pools, speedup)
                : byFormula(steps, capacity);
    }

    private static List<PlannedStep> replayed(
            List<PlannedStep> steps, Usage usage, Capacity capacity, int pools, double speedup) {
        Schedule schedule = new Schedule(steps, speedup);
        Load users = Load.of(
                schedule.calls() / usage.callsPerUser(),
                user -> schedule.startNanos(user * usage.callsPerUser()) / 1_000_000 * 1_000_000);
        Limits limits = new Limits(
                capacity.ports() / pools,
                Duration.ofNanos(Math.round(capacity.timeWaitSeconds() / speedup * 1e9)),
                Scope.DESTINATION,
                pools,
                List.of());
        List<PlannedStep> predicted = new ArrayList<>(steps);
        Planner.firstRefusal(users, limits, new CallCost(usage.portsPerUser(), LIFE))
                .ifPresent(refusal -> {
                    int step = schedule.stepOf(refusal.call() * usage.callsPerUser());
                    double seconds = (refusal.atNanos() - schedule.stepStartNanos(step)) / 1e9 * speedup;
                    predicted.set(step, exhausted(steps.get(step), Math.max(0, seconds)));
                });
        return predicted;
    }

    private static List<PlannedStep> byFormula(List<PlannedStep> steps, Capacity capacity) {
        List<PlannedStep> predicted = new ArrayList<>(steps);
        double settledRate = 0;
        for (int index = 0; index < steps.size(); index++) {
            PlannedStep step = steps.get(index);
            OptionalDouble seconds = capacity.secondsToFirstExhaustion(settledRate, step.offeredCallsPerSecond());
            if (seconds.isPresent() && seconds.getAsDouble() < step.durationSeconds()) {
                predicted.set(index, exhausted(step, seconds.getAsDouble()));
                break;
            }
            settledRate = step.offeredCallsPerSecond();
        }
        return predicted;
    }

    private static PlannedStep exhausted(PlannedStep step, @Nullable Double seconds) {
        return new PlannedStep(
                step.kind(),
                step.offeredCallsPerSecond(),
                step.startSeconds(),
                step.durationSeconds(),
                step.calls(),
                seconds,
                step.settleSeconds(),
                step.windows());
    }
}
