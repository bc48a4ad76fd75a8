package io.ephemera.simulations.load;

import io.ephemera.reports.RunPlan.PlannedStep;
import java.util.List;

/**
 * The highest speedup that is exact on an ordinary machine of two cores. Three things bound it:
 *
 * <ul>
 *   <li>the generator: rates are multiplied by the speedup, and the client, the stub and the recorder share the machine;
 *   <li>the life of a connection, which holds its port as well: at speedup s a real life of l counts as l × s, which is to stay
 *       below 0.1 % of TIME_WAIT;
 *   <li>the millisecond in which calls are scheduled, which is to stay below 0.2 % of a TIME_WAIT on the wall.
 * </ul>
 */
public final class Speedup {

    /** Legs/s that two cores start, serve and record without falling behind: about a third of what they can at most. */
    private static final double GENERATOR_LEGS_PER_WALL_SECOND = 3200;

    /** The same where all calls have one connection, and wait for each other. */
    private static final double ONE_CONNECTION_CALLS_PER_WALL_SECOND = 400;

    /** Real life of a connection on loopback, generously, for each leg on it. */
    private static final double LIFE_WALL_SECONDS = 0.0008;

    private static final double MOST_LIFE_OF_TIME_WAIT = 0.001;
    private static final double LEAST_TIME_WAIT_WALL_SECONDS = 0.5;
    private static final double[] ROUND = {8, 7.5, 6, 5, 4, 3, 2.5, 2, 1.5, 1.25, 1};
    private static final double HIGHEST = 1000;

    private Speedup() {}

    /** The highest round speedup that is exact for these steps of calls of this pattern; at least 1. */
    public static double highestExact(double timeWaitSeconds, Pattern pattern, List<PlannedStep> steps) {
        double fastest = steps.stream()
                .mapToDouble(PlannedStep::offeredCallsPerSecond)
                .max()
                .orElse(1);
        double callsPerWallSecond = pattern == Pattern.NTLM_SHARED
                ? ONE_CONNECTION_CALLS_PER_WALL_SECOND
                : GENERATOR_LEGS_PER_WALL_SECOND / pattern.legs();
        double bound = Math.min(
                callsPerWallSecond / fastest,
                Math.min(
                        MOST_LIFE_OF_TIME_WAIT * timeWaitSeconds / (LIFE_WALL_SECONDS * pattern.legsPerConnection()),
                        timeWaitSeconds / LEAST_TIME_WAIT_WALL_SECONDS));
        for (double decade = 100; decade >= 1; decade /= 10) {
            for (double digits : ROUND) {
                if (digits * decade <= Math.min(bound, HIGHEST)) {
                    return digits * decade;
                }
            }
        }
        return 1;
    }
}
