package io.ephemera.reports;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.ephemera.ports.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run, as in {@code result.json}: a public contract, described by {@code result.schema.json}. Rates are in
 * modelled calls/s, seconds are modelled unless they say wall-clock; {@code null} is "nothing to give", never 0 or infinity.
 *
 * @param schema version of the contract
 * @param runId name of the run's folder
 * @param simulation short name of the simulation
 * @param stack who enforced the limits
 * @param time whose time it was
 * @param speedup modelled seconds per wall second; {@code null} in virtual time
 * @param pattern how the client used connections
 * @param patternReason why this pattern holds ports, or does not
 * @param appliedRemedies what was done about exhaustion, by name
 * @param target URL of the target
 * @param serverCounted whether the target's own counters were compared; never for a foreign target
 * @param profile the limits
 * @param legsPerCall HTTP exchanges of one call, the mean where several calls share a login
 * @param portsPerCall ports that one call uses up, as predicted; {@link Measured} has what was counted
 * @param tolerancePercent measured and predicted thresholds further apart than this are not as predicted, on the wall; 0 in virtual
 *     time, where each call is held against the plan
 * @param predicted what was expected
 * @param measured what came out
 * @param callByCall how each call compares with the plan; {@code null} where calls were not planned one by one, and for a partial run
 * @param required what was required of the run; {@code null} if nothing was
 * @param calls calls of the whole run
 * @param steps the steps, in order of time
 * @param responseTimes how long responses took
 * @param counts what pool and target counted
 * @param diagnosis limits that were believed to be in force, against what was found; {@code null} where all is as believed
 * @param remedies further changes of the platform's limits that raise the threshold
 * @param figures what the story of a scenario, or a failing run, predicts, and what was measured; empty for other runs
 * @param conclusions what such a run has shown, in plain words; empty for other runs
 * @param lessons what is to be learnt of a scenario; empty for other runs
 * @param timeline what happened beside the calls of a scenario; empty for other runs
 * @param verdict the verdict
 * @param verdictReason why, in one sentence
 * @param reasons all that stands against the run, the weightiest first; empty unless inconclusive
 * @param exitCode 0, 1 or 3
 * @param partial whether the run was cut off before its end
 * @param recordedSeconds how much of the run was recorded
 * @param wallSeconds wall-clock seconds from the start of the JVM to the verdict; {@code null} for a partial run
 * @param startedAt when the JVM started
 * @param settings the settings that were given
 */
public record RunResult(
        int schema,
        String runId,
        String simulation,
        String stack,
        RunPlan.Time time,
        @Nullable Double speedup,
        String pattern,
        String patternReason,
        List<String> appliedRemedies,
        String target,
        boolean serverCounted,
        Limits profile,
        double legsPerCall,
        double portsPerCall,
        double tolerancePercent,
        Predicted predicted,
        Measured measured,
        @Nullable CallByCall callByCall,
        @Nullable Required required,
        Calls calls,
        List<Step> steps,
        ResponsePercentiles responseTimes,
        Counts counts,
        @Nullable Diagnosis diagnosis,
        List<Remedy> remedies,
        List<Figure> figures,
        List<String> conclusions,
        List<String> lessons,
        List<TimelineEvent> timeline,
        Verdict verdict,
        String verdictReason,
        List<String> reasons,
        int exitCode,
        boolean partial,
        double recordedSeconds,
        @Nullable Double wallSeconds,
        Instant startedAt,
        Map<String, String> settings) {

    /** Name of the file in the run's folder. */
    public static final String FILE_NAME = "result.json";

    /** Version of the contract that this Ephemera writes. */
    public static final int SCHEMA = 1;

    /** Whether the schedule moved the time. */
    @JsonIgnore
    public boolean isVirtual() {
        return time == RunPlan.Time.VIRTUAL;
    }

    /** Copies the collections. */
    public RunResult {
        appliedRemedies = List.copyOf(appliedRemedies);
        steps = List.copyOf(steps);
        remedies = List.copyOf(remedies);
        figures = List.copyOf(figures);
        conclusions = List.copyOf(conclusions);
        lessons = List.copyOf(lessons);
        timeline = List.copyOf(timeline);
        reasons = List.copyOf(reasons);
        settings = Map.copyOf(settings);
    }

    /**
     * Writes {@code result.json}: a reader sees the old file or the whole new one, never a part.
     *
     * @param runFolder the run's folder
     * @return the file
     * @throws IOException if it can't be written; the message names the file
     */
    public Path write(Path runFolder) throws IOException {
        return ResultFile.write(runFolder.resolve(FILE_NAME), this);
    }

    /** What became of the run. */
    public enum Verdict {
        /** Calls were refused for want of a port. */
        EXHAUSTED,
        /** No call was. */
        SUSTAINED,
        /** No call was, but as it was to be every call failed from one on, for another reason. */
        FAILING,
        /** The run can't be trusted. */
        INCONCLUSIVE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What held the ports when calls were refused. */
    public enum HeldBy {
        /** Ports in TIME_WAIT, all but a few. */
        TIME_WAIT("timeWait"),
        /** Live connections, more of them than the life of a call explains away. */
        LIVE("live");

        private final String text;

        HeldBy(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** What became of a step. */
    public enum State {
        /** Every call went well. */
        SUSTAINED,
        /** Calls were refused for want of a port. */
        EXHAUSTED,
        /** No call was, but calls failed otherwise. */
        FAILING,
        /** The run was cut off before the step was over, and until then no call failed. */
        UNFINISHED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The limits of the profile.
     *
     * @param name name of the profile
     * @param firstPort lowest port
     * @param lastPort highest port
     * @param ports ports of the range
     * @param effectivePorts ports that no other process held at the start, of all pools
     * @param pools pools of so many ports that the calls were spread over, in turn
     * @param timeWaitSeconds TIME_WAIT
     * @param scope for whom a port in use is taken
     */
    public record Limits(
            String name,
            int firstPort,
            int lastPort,
            int ports,
            int effectivePorts,
            int pools,
            double timeWaitSeconds,
            Scope scope) {}

    /**
     * What was expected.
     *
     * @param thresholdCallsPerSecond effective ports / (TIME_WAIT × ports per call)
     * @param thresholdWithLifeCallsPerSecond effective ports / ((TIME_WAIT + life) × ports per call), for the mean life that connections
     *     to a foreign target had; {@code null} elsewhere
     * @param secondsToFirstExhaustion into the step of {@link Measured#secondsToFirstExhaustion}
     */
    public record Predicted(
            @Nullable Double thresholdCallsPerSecond,
            @Nullable Double thresholdWithLifeCallsPerSecond,
            @Nullable Double secondsToFirstExhaustion) {}

    /**
     * What came out.
     *
     * @param thresholdCallsPerSecond successes over whole TIME_WAITs of the saturated step
     * @param errorPercent how far that is from the prediction, in percent of the prediction
     * @param portsPerCallByPool ports that a successful call used up, as the pool counted
     * @param portsPerCallByServer the same, as the target counted
     * @param peakTimeWait the most ports in TIME_WAIT at any instant
     * @param meanLifeSeconds how long a connection held its port before it was closed: towards a foreign target in wall-clock seconds,
     *     towards the stub its service time, modelled
     * @param heldBy what held the ports when calls were refused
     * @param highestSustainedCallsPerSecond highest rate of the staircase without a failed call, below the next
     * @param firstExhaustedCallsPerSecond lowest rate of the staircase at which calls were refused
     * @param secondsToFirstExhaustion when the first call of that step was refused, from the step's start; of the saturated step
     *     if no other was exhausted
     * @param firstExhaustionMessage what Gatling reported then
     */
    public record Measured(
            @Nullable Double thresholdCallsPerSecond,
            @Nullable Double errorPercent,
            @Nullable Double portsPerCallByPool,
            @Nullable Double portsPerCallByServer,
            @Nullable Integer peakTimeWait,
            @Nullable Double meanLifeSeconds,
            @Nullable HeldBy heldBy,
            @Nullable Double highestSustainedCallsPerSecond,
            @Nullable Double firstExhaustedCallsPerSecond,
            @Nullable Double secondsToFirstExhaustion,
            @Nullable String firstExhaustionMessage) {}

    /**
     * What was required.
     *
     * @param callsPerSecond the rate that had to be sustained
     * @param holds whether it was; {@code null} if the run is inconclusive, or calls did not become what was planned
     */
    public record Required(double callsPerSecond, @Nullable Boolean holds) {}

    /**
     * Calls of the whole run.
     *
     * @param planned calls that the plan offers
     * @param offered calls that were started; in a partial run those that ended
     * @param ok complete 200s
     * @param exhausted refused for want of a port
     * @param otherFailures failed in any other way
     * @param challengedLegs legs that were challenged as they were to be; in a partial run {@code null}
     */
    public record Calls(
            long planned,
            long offered,
            long ok,
            long exhausted,
            long otherFailures,
            @Nullable Long challengedLegs) {}

    /**
     * What happened in a step.
     *
     * @param kind what the step was for
     * @param offeredCallsPerSecond its rate
     * @param okCallsPerSecond successes over its length; {@code null} if it did not begin
     * @param plannedCalls calls that the plan offers in it
     * @param ok complete 200s
     * @param exhausted refused for want of a port
     * @param otherFailures failed in any other way
     * @param otherFailuresByKind the same by kind
     * @param peakTimeWait the most ports in TIME_WAIT during the step
     * @param plannedExhausted calls that are to find no port; {@code null} where that is not planned to the call
     * @param predictedSecondsToFirstExhaustion when its first call should be refused, from its start
     * @param secondsToFirstExhaustion when it was
     * @param meanResponseMillis mean response time of the successes, in wall-clock milliseconds
     * @param latestStartMillis how far the latest start was behind its schedule, in wall-clock milliseconds; {@code null} in virtual time,
     *     where none can be
     * @param state what became of it
     */
    public record Step(
            RunPlan.PlannedStep.Kind kind,
            double offeredCallsPerSecond,
            @Nullable Double okCallsPerSecond,
            long plannedCalls,
            long ok,
            long exhausted,
            long otherFailures,
            Map<String, Long> otherFailuresByKind,
            @Nullable Integer peakTimeWait,
            @Nullable Long plannedExhausted,
            @Nullable Double predictedSecondsToFirstExhaustion,
            @Nullable Double secondsToFirstExhaustion,
            @Nullable Double meanResponseMillis,
            @Nullable Long latestStartMillis,
            State state) {

        /** Copies the map. */
        public Step {
            otherFailuresByKind = Map.copyOf(otherFailuresByKind);
        }

        /** Whether more or fewer calls were refused than planned, where that is planned to the call. */
        public boolean differsFromPlan() {
            return plannedExhausted != null && plannedExhausted != exhausted;
        }
    }

    /**
     * What pool and target counted in the measured phase.
     *
     * @param pool what the port pool counted; {@code null} for a partial run and on stacks without one
     * @param server what the target counted; {@code null} for a partial run and a foreign target
     */
    public record Counts(RunEnd.@Nullable PoolCounts pool, RunEnd.@Nullable ServerCounts server) {}

    /**
     * Limits that were believed to be in force.
     *
     * @param believed name of the profile
     * @param finding what the measured threshold says of it, in one word: {@code inForce}, {@code changeNotInForce}, {@code otherLimits},
     *     {@code unknownLimits}; {@code null} where none was measured that can be trusted
     * @param sentence the same in words
     * @param differences limits that are in force instead, as they were read from the machine, one sentence each
     */
    public record Diagnosis(
            String believed,
            @Nullable String finding,
            @Nullable String sentence,
            List<String> differences) {

        /** Copies the list. */
        public Diagnosis {
            differences = List.copyOf(differences);
        }
    }

    /**
     * A change of the platform's limits that raises the threshold.
     *
     * @param name as an administrator knows it
     * @param thresholdCallsPerSecond the threshold after it
     */
    public record Remedy(String name, double thresholdCallsPerSecond) {}

    /**
     * A figure of a scenario.
     *
     * @param name what it is, in a few words
     * @param unit its unit; seconds and rates are modelled
     * @param predicted what the story predicts
     * @param measured what came out; {@code null} if it was not measured
     * @param errorPercent how far that is from the prediction, in percent of the prediction; {@code null} if it was not measured
     * @param tolerancePercent further apart than this is not as predicted; 0 for a figure that is exact
     */
    public record Figure(
            String name,
            String unit,
            double predicted,
            @Nullable Double measured,
            @Nullable Double errorPercent,
            double tolerancePercent) {

        /** Whether it is as predicted. */
        public boolean holds() {
            return errorPercent != null && errorPercent <= tolerancePercent;
        }
    }
}
