package io.ephemera.reports;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.ephemera.ports.Scope;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a run, as in {@code result.json}: a public contract. Its schema, {@code result.schema.json}, says of every field
 * what it is, in which unit, and when there is none. Rates are in modelled calls/s, seconds are modelled unless they say
 * wall-clock; {@code null} is "nothing to give", never 0 or infinity.
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
     * @return the file
     * @throws IOException if it can't be written; the message names the file
     */
    public Path write(Path runFolder) throws IOException {
        return Json.write(runFolder.resolve(FILE_NAME), this);
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
            return Json.word(this);
        }
    }

    /** What held the ports when calls were refused. */
    public enum HeldBy {
        /** Ports in TIME_WAIT, all but a few. */
        TIME_WAIT,
        /** Live connections, more of them than the life of a call explains away. */
        LIVE;

        @Override
        public String toString() {
            return Json.word(this);
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
            return Json.word(this);
        }
    }

    /** The limits of the profile. */
    public record Limits(
            String name,
            int firstPort,
            int lastPort,
            int ports,
            int effectivePorts,
            int pools,
            double timeWaitSeconds,
            Scope scope) {}

    /** What was expected. */
    public record Predicted(
            @Nullable Double thresholdCallsPerSecond,
            @Nullable Double thresholdWithLifeCallsPerSecond,
            @Nullable Double secondsToFirstExhaustion) {}

    /** What came out. */
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

    /** What was required. */
    public record Required(double callsPerSecond, @Nullable Boolean holds) {}

    /** Calls of the whole run. */
    public record Calls(
            long planned,
            long offered,
            long ok,
            long exhausted,
            long otherFailures,
            @Nullable Long challengedLegs) {}

    /** What happened in a step. */
    public record Step(
            PlannedStep.Kind kind,
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

    /** What pool and target counted in the measured phase. */
    public record Counts(RunEnd.@Nullable PoolCounts pool, RunEnd.@Nullable ServerCounts server) {}

    /** Limits that were believed to be in force. */
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

    /** A change of the platform's limits that raises the threshold. */
    public record Remedy(String name, double thresholdCallsPerSecond) {}

    /** A figure of a scenario. */
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
