package io.ephemera.simulations.load;

import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The load before the first step. Cold calls are slow: they would hold their ports ten times as long as warm ones and look like
 * exhaustion. The rate rises gently up to the highest of the run, and what it costs is bounded.
 */
public final class WarmUp {

    private static final double[] SHARES = {0.05, 0.15, 0.35, 0.6, 0.8, 1.0};
    private static final double STEP_SECONDS = 0.5;
    private static final double LEAST_CALLS_PER_SECOND = 200;

    private WarmUp() {}

    /**
     * A warm-up up to a rate.
     *
     * @param callsPerWallSecond the highest rate of the run, on the wall
     * @param callsPerUser the warm-up has the calls of whole users
     */
    public static Schedule upTo(double callsPerWallSecond, int callsPerUser) {
        double highest = Math.max(LEAST_CALLS_PER_SECOND, callsPerWallSecond);
        List<PlannedStep> steps = new ArrayList<>();
        for (double share : SHARES) {
            double rate = share * highest;
            steps.add(new PlannedStep(
                    Kind.STAIR,
                    rate,
                    steps.size() * STEP_SECONDS,
                    STEP_SECONDS,
                    (long) Math.ceil(rate * STEP_SECONDS / callsPerUser) * callsPerUser,
                    null,
                    0,
                    0));
        }
        return new Schedule(steps, 1);
    }
}
