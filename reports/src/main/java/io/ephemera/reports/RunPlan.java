package io.ephemera.reports;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.ephemera.ports.Profile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run is going to do, known before its first call. All seconds and calls/s are modelled.
 *
 * @param runId name of the run's folder
 * @param simulation short name, for example {@code KeepAliveOff}
 * @param stack who enforces the limits: {@code model}, {@code netns} or {@code os}
 * @param time whose time it is
 * @param pattern how the client uses connections, for example {@code keep-alive-off}
 * @param patternReason one sentence: why this pattern holds ports, or does not
 * @param remedies what is done about exhaustion, by name, for example {@code MaxUserPort=65534}; what it changes is in the
 *     pattern and the profile
 * @param profile the limits
 * @param effectivePorts ports of the profile that no other process holds, at the start
 * @param pools pools that the calls are spread over, in turn: 1, or one for each of several addresses under scope destination;
 *     {@code effectivePorts} are those of all of them
 * @param speedup modelled seconds per wall second; 1 where time is virtual
 * @param legsPerCall HTTP exchanges of one call, at least 1; all but the last are challenged; where several calls share a login,
 *     the mean
 * @param portsPerCall ports that one call uses up; 0 where connections are kept and shared, 1 / k where k calls of a user have
 *     one connection
 * @param tolerancePercent measured and predicted thresholds further apart than this are not as predicted, on the wall; {@code null}
 *     for 0.5 %, more where the limits are enforced by a clock that is not that exact
 * @param steps the staircase, then the saturated step, in order of time, without gaps
 * @param slicesPerTimeWait a TIME_WAIT is recorded in this many slices, each a line of the recording: a whole number, or below 1
 *     where a slice is longer than a TIME_WAIT, which only a run without a saturated step has
 * @param requiredCallsPerSecond the rate that must be sustained; {@code null} if none is
 * @param target URL of the target
 * @param ownTarget whether the target is the embedded stub, whose counters can be compared
 * @param pid process id of the harness: a recording without an end whose process is gone is that of a killed run
 * @param startedAt when the JVM started
 * @param settings the settings that were given, by name, to repeat the run
 * @param particulars what only some runs have; {@code null} for others
 */
public record RunPlan(
        String runId,
        String simulation,
        String stack,
        Time time,
        String pattern,
        String patternReason,
        List<String> remedies,
        Profile profile,
        int effectivePorts,
        int pools,
        double speedup,
        double legsPerCall,
        double portsPerCall,
        @Nullable Double tolerancePercent,
        List<PlannedStep> steps,
        double slicesPerTimeWait,
        @Nullable Double requiredCallsPerSecond,
        String target,
        boolean ownTarget,
        long pid,
        Instant startedAt,
        Map<String, String> settings,
        @Nullable Particulars particulars) {

    /** Whose time a run is in. */
    public enum Time {
        /** The schedule moves it; how long the machine takes changes nothing. */
        VIRTUAL,
        /** The wall's, times the speedup. */
        WALL;

        /** As results have it. */
        @Override
        public String toString() {
            return Json.word(this);
        }
    }

    /** Whether the schedule moves the time. */
    @JsonIgnore
    public boolean isVirtual() {
        return time == Time.VIRTUAL;
    }

    /** Copies the collections. */
    public RunPlan {
        remedies = List.copyOf(remedies);
        steps = List.copyOf(steps);
        settings = Map.copyOf(settings);
    }

    /** Calls/s above which the ports run out: effective ports / (TIME_WAIT × ports per call); {@code null} if they never do. */
    public @Nullable Double thresholdCallsPerSecond() {
        return thresholdWithLife(0);
    }

    /** The same where a connection holds its port for so many seconds before it is closed: ports / ((TIME_WAIT + life) × ports per call). */
    @Nullable
    Double thresholdWithLife(double lifeSeconds) {
        return portsPerCall == 0 || runaway() != null || mostTimeWait() < effectivePorts
                ? null
                : effectivePorts / ((profile.timeWaitSeconds() + lifeSeconds) * portsPerCall);
    }

    /** Why there is no threshold, in a few words, where there is none. */
    public String whyNoThreshold() {
        if (runaway() != null) {
            return "calls are to fail before the ports run out";
        }
        return portsPerCall > 0
                ? "of " + Wording.count(effectivePorts) + " ports no more than " + Wording.count(mostTimeWait())
                        + " are in TIME_WAIT at once"
                : "a call uses up no port";
    }

    /** How a program that counts its ports itself is to fail; {@code null} unless it is. */
    public Particulars.@Nullable Runaway runaway() {
        return particulars == null ? null : particulars.runaway();
    }

    /** Limits that the user believes in and that are in no catalogue; {@code null} where there are none. */
    @Nullable
    Profile believed() {
        return particulars == null ? null : particulars.believed();
    }

    /** Ports that are in TIME_WAIT at once at most; as many as an int has where nothing bounds them but the ports. */
    public int mostTimeWait() {
        Integer most = particulars == null ? null : particulars.mostTimeWait();
        return most == null ? Integer.MAX_VALUE : most;
    }

    /** The kind of failure, other than exhaustion, that is to come; {@code null} if none is. */
    public @Nullable String expectedFailure() {
        return runaway() == null ? null : Particulars.Runaway.KIND;
    }

    /** Measured and predicted thresholds further apart than this, in percent, are not as predicted; 0 where calls are compared. */
    double apartPercent() {
        if (isVirtual()) {
            return 0;
        }
        return tolerancePercent == null ? Analysis.APART_PERCENT : tolerancePercent;
    }

    /** Length of a slice of the recording, in modelled seconds. */
    public double sliceSeconds() {
        return profile.timeWaitSeconds() / slicesPerTimeWait;
    }

    /**
     * One step of a run.
     *
     * @param kind what the step is for
     * @param offeredCallsPerSecond its constant rate
     * @param startSeconds when it starts, counted from the start of the first step
     * @param durationSeconds how long calls are started
     * @param calls calls that are offered in it
     * @param secondsToFirstExhaustion when, counted from its start, its first call should be refused; {@code null} if none
     *     should be, or if the step before had not settled
     * @param settleSeconds at the start of a saturated step: how long until its rate of successes is steady
     * @param windows whole TIME_WAITs over which the rate of successes is taken, after {@code settleSeconds}; 0 but for a
     *     saturated step
     * @param outcome what is to become of its calls; {@code null} where that is not planned to the call
     */
    public record PlannedStep(
            Kind kind,
            double offeredCallsPerSecond,
            double startSeconds,
            double durationSeconds,
            long calls,
            @Nullable Double secondsToFirstExhaustion,
            double settleSeconds,
            int windows,
            @Nullable Outcome outcome) {

        /**
         * What is to become of the calls of a step, to the call.
         *
         * @param ok that are to succeed
         * @param exhausted for which no ephemeral port is to be free
         */
        public record Outcome(long ok, long exhausted) {}

        /** A step whose outcome is not planned to the call. */
        public PlannedStep(
                Kind kind,
                double offeredCallsPerSecond,
                double startSeconds,
                double durationSeconds,
                long calls,
                @Nullable Double secondsToFirstExhaustion,
                double settleSeconds,
                int windows) {
            this(
                    kind,
                    offeredCallsPerSecond,
                    startSeconds,
                    durationSeconds,
                    calls,
                    secondsToFirstExhaustion,
                    settleSeconds,
                    windows,
                    null);
        }

        /** The same step with what is to become of it. */
        public PlannedStep with(@Nullable Double firstExhaustionSeconds, @Nullable Outcome planned) {
            return new PlannedStep(
                    kind,
                    offeredCallsPerSecond,
                    startSeconds,
                    durationSeconds,
                    calls,
                    firstExhaustionSeconds,
                    settleSeconds,
                    windows,
                    planned);
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
                return Json.word(this);
            }
        }
    }
}
