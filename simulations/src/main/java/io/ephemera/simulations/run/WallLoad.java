package io.ephemera.simulations.run;

import io.ephemera.reports.RunPlan;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.simulations.load.Schedule;
import io.ephemera.simulations.load.Usage;
import io.ephemera.simulations.load.WarmUp;

/**
 * What the load of a run asks of the machine.
 *
 * @param nanos its length, on the wall
 * @param callsPerSecond its highest rate, on the wall
 * @param legsPerCall HTTP exchanges of a call
 */
record WallLoad(long nanos, double callsPerSecond, double legsPerCall) {

    private static final long LONGEST_MODEST_NANOS = 60_000_000_000L;
    private static final double MOST_MODEST_LEGS_PER_SECOND = 5000;

    static WallLoad of(RunPlan plan) {
        double fastest = plan.steps().stream()
                .mapToDouble(PlannedStep::offeredCallsPerSecond)
                .max()
                .orElse(1);
        return new WallLoad(
                new Schedule(plan.steps(), plan.speedup()).durationNanos(),
                plan.speedup() * fastest,
                plan.legsPerCall());
    }

    /** Whether it is as short and as slow as the default run's, which an ordinary machine of two processors just bears. */
    boolean isModest() {
        return nanos <= LONGEST_MODEST_NANOS && callsPerSecond * legsPerCall <= MOST_MODEST_LEGS_PER_SECOND;
    }

    /** The load before it. */
    Schedule warmUp(Usage usage) {
        return isModest() ? WarmUp.ofFirstCompilerUpTo(callsPerSecond, usage) : WarmUp.upTo(callsPerSecond, usage);
    }

    /**
     * On how many event loops Gatling's users are to be. Gatling has two for each processor; where the server is in this JVM and the load
     * is modest, half of them do: at speedup 200, on two processors, a connection lived 1.4 to 2.2 ms with two loops and 1.5 to 3 ms
     * with four. With a single one it lived 0.7 to 1 ms, but that one falls behind as soon as the machine is slow.
     *
     * @param processors of the machine
     * @param sharesProcessors whether the server is in this JVM, and what enforces the limits costs as good as nothing
     */
    int mostEventLoops(int processors, boolean sharesProcessors) {
        return sharesProcessors && isModest() ? processors : Integer.MAX_VALUE;
    }
}
