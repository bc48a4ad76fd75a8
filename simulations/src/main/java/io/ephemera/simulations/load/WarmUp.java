package io.ephemera.simulations.load;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.PlannedStep.SteadyState;
import io.ephemera.ports.run.Schedule;
import java.util.ArrayList;
import java.util.List;

/**
 * The load before the first step of a run on a kernel's stack. Cold calls are slow: they would hold their ports ten times as long as
 * warm ones and look like exhaustion. The rate rises gently up to the highest of the run.
 */
public final class WarmUp {

    private static final double[] SHARES = {0.05, 0.15, 0.35, 0.6, 0.8, 1.0};

    private static final double LEAST_CALLS_PER_SECOND = 200;

    private static final double SHORTEST_STEP_SECONDS = 0.5;

    /** At this rate a step takes a second: the more of the processor the calls need, the longer the compiler takes. */
    private static final double FULL_SECOND_EXCHANGES_PER_SECOND = 4000;

    /** Before a connection stands that can be shared, each call makes one, which costs more than most calls where it is TLS. */
    private static final double HANDSHAKE_CALLS_PER_SECOND = 10;

    private static final double HANDSHAKE_SECONDS = 0.8;

    private WarmUp() {}

    /**
     * A warm-up up to a rate.
     *
     * @param callsPerWallSecond the highest rate of the run, in wall-clock time
     * @param usage the warm-up has the calls of whole users
     */
    public static Schedule upTo(double callsPerWallSecond, Usage usage) {
        double stepSeconds = Math.max(
                SHORTEST_STEP_SECONDS,
                callsPerWallSecond * usage.exchangesPerCall() / FULL_SECOND_EXCHANGES_PER_SECOND);
        double highest = Math.max(LEAST_CALLS_PER_SECOND, callsPerWallSecond);
        List<PlannedStep> steps = new ArrayList<>();
        double start = 0;
        if (usage.pattern() == Pattern.HTTP2_SHARED) {
            steps.add(step(HANDSHAKE_CALLS_PER_SECOND, start, HANDSHAKE_SECONDS, usage));
            start += HANDSHAKE_SECONDS;
        }
        for (double share : SHARES) {
            steps.add(step(share * highest, start, stepSeconds, usage));
            start += stepSeconds;
        }
        return new Schedule(steps, 1);
    }

    private static PlannedStep step(double rate, double start, double seconds, Usage usage) {
        return new PlannedStep(Kind.STAIR, rate, start, seconds, usage.callsOfStep(rate * seconds), SteadyState.NONE);
    }
}
