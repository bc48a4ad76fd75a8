package io.ephemera.ports.run;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One step of a run. All seconds and calls/s are modelled.
 *
 * @param kind what the step is for
 * @param offeredCallsPerSecond its constant rate
 * @param startSeconds when it starts, counted from the start of the first step
 * @param durationSeconds how long calls are started
 * @param calls calls that are offered in it
 * @param steady when its rate of successes is measured; {@link SteadyState#NONE} but for a saturated step
 * @param secondsToFirstExhaustion when, counted from its start, its first call should be refused; {@code null} if none should
 *     be, or if the step before had not settled
 * @param outcome what is to become of its calls; {@code null} where that is not planned to the call
 */
public record PlannedStep(
        Kind kind,
        double offeredCallsPerSecond,
        double startSeconds,
        double durationSeconds,
        long calls,
        SteadyState steady,
        @Nullable Double secondsToFirstExhaustion,
        @Nullable Outcome outcome) {

    /** A step of which nothing is foreseen. */
    public PlannedStep(
            Kind kind,
            double offeredCallsPerSecond,
            double startSeconds,
            double durationSeconds,
            long calls,
            SteadyState steady) {
        this(kind, offeredCallsPerSecond, startSeconds, durationSeconds, calls, steady, null, null);
    }

    /** The same step with what is to become of it. */
    public PlannedStep with(@Nullable Double firstExhaustionSeconds, @Nullable Outcome planned) {
        return new PlannedStep(
                kind,
                offeredCallsPerSecond,
                startSeconds,
                durationSeconds,
                calls,
                steady,
                firstExhaustionSeconds,
                planned);
    }

    /** Whether its steady rate of successes is the measured threshold. */
    public boolean measuresThreshold() {
        return kind == Kind.SATURATED && steady.windows() > 0;
    }

    /** What a step is for. */
    public enum Kind {
        /** A step of the staircase. */
        STAIR,
        /** The step at the rate that must be sustained. */
        REQUIRED,
        /** Well above the threshold: its steady rate of successes is the measured threshold. */
        SATURATED;

        /** As results have it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The part of a step over which its rate of successes is taken.
     *
     * @param settleSeconds at the start of the step: how long until that rate is steady
     * @param windows whole TIME_WAITs after {@code settleSeconds}
     */
    public record SteadyState(double settleSeconds, int windows) {

        /** Nothing is measured. */
        public static final SteadyState NONE = new SteadyState(0, 0);
    }

    /**
     * What is to become of the calls of a step, to the call.
     *
     * @param ok that are to succeed
     * @param exhausted for which no ephemeral port is to be free
     */
    public record Outcome(long ok, long exhausted) {}
}
