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

    private static final double[] SHORT_SHARES = {0.1, 0.4, 0.8};
    private static final double SHORT_STEP_SECONDS = 0.2;

    private WarmUp() {}

    /**
     * A warm-up up to a rate.
     *
     * @param callsPerWallSecond the highest rate of the run, on the wall
     * @param callsPerUser the warm-up has the calls of whole users
     */
    public static Schedule upTo(double callsPerWallSecond, int callsPerUser) {
        return upTo(callsPerWallSecond, callsPerUser, SHARES, STEP_SECONDS);
    }

    /** A short one, where another run in this JVM has made the path warm that all calls have in common. */
    public static Schedule shortUpTo(double callsPerWallSecond, int callsPerUser) {
        return upTo(callsPerWallSecond, callsPerUser, SHORT_SHARES, SHORT_STEP_SECONDS);
    }

    private static Schedule upTo(double callsPerWallSecond, int callsPerUser, double[] shares, double stepSeconds) {
        double highest = Math.max(LEAST_CALLS_PER_SECOND, callsPerWallSecond);
        List<PlannedStep> steps = new ArrayList<>();
        for (double share : shares) {
            double rate = share * highest;
            steps.add(new PlannedStep(
                    Kind.STAIR,
                    rate,
                    steps.size() * stepSeconds,
                    stepSeconds,
                    (long) Math.ceil(rate * stepSeconds / callsPerUser) * callsPerUser,
                    null,
                    0,
                    0));
        }
        return new Schedule(steps, 1);
    }
}
