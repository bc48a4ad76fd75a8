package io.ephemera.simulations.load;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.Profile;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.PlannedStep.SteadyState;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * The load of a run whose program is to find no port to bind, from one call on: one step below the threshold that its ports would
 * carry, so that no call is refused for want of one, and somewhat longer than it takes to come to that call.
 */
public final class RunawaySteps {

    /** The rate, as a share of the threshold. */
    private static final double BELOW = 0.9;

    /** Calls after the first that fails, as a share of those before it. */
    private static final double AFTER = 0.1;

    private static final long LEAST_CALLS_AFTER = 100;

    private static final int DIGITS = 6;

    private RunawaySteps() {}

    /**
     * Plans the step.
     *
     * @param profile the limits, remedies included
     * @param effectivePorts ports that can be had
     * @param goodCalls calls before the first that is to fail
     */
    public static List<PlannedStep> plan(Profile profile, int effectivePorts, Usage usage, long goodCalls) {
        Capacity capacity = usage.capacity(effectivePorts, profile.timeWaitSeconds());
        double rate = BigDecimal.valueOf(BELOW * capacity.thresholdCallsPerSecond())
                .round(new MathContext(DIGITS))
                .doubleValue();
        long calls = goodCalls + Math.max(LEAST_CALLS_AFTER, Math.round(AFTER * goodCalls));
        return List.of(new PlannedStep(Kind.STAIR, rate, 0, calls / rate, calls, SteadyState.NONE));
    }
}
