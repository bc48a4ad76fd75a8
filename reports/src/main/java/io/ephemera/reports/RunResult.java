package io.ephemera.reports;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.ports.Scope;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
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
        @JsonUnwrapped RunIdentity identity,
        @JsonUnwrapped Conditions conditions,
        @JsonUnwrapped CallUse call,
        Predicted predicted,
        Measured measured,
        @JsonUnwrapped Evidence evidence,
        @JsonUnwrapped Explanation explanation,
        @JsonUnwrapped Judgement judgement) {

    /** Name of the file in the run's folder. */
    public static final String FILE_NAME = "result.json";

    /** Version of the contract that this Ephemera writes. */
    public static final int SCHEMA = 1;

    // A result has steps, at most a few hundred bytes each; what is far larger is something else.
    private static final long LARGEST_BYTES = 16 << 20;

    /**
     * Writes {@code result.json}: a reader sees the old file or the whole new one, never a part.
     *
     * @return the file
     * @throws IOException if it can't be written; the message names the file
     */
    public Path write(Path runFolder) throws IOException {
        return Json.write(runFolder.resolve(FILE_NAME), this);
    }

    /**
     * Reads {@code result.json}.
     *
     * @throws IOException if there is none, or it is damaged or of a newer Ephemera; the message is one line and names the file
     */
    public static RunResult read(Path runFolder) throws IOException {
        Path file = runFolder.resolve(FILE_NAME);
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw new IOException(file + " is too large to be one");
            }
            JsonNode json = Json.RESULT.readTree(Files.readAllBytes(file));
            if (!json.path("schema").isInt()) {
                throw new IOException(file + " is not one of Ephemera");
            }
            if (json.path("schema").asInt() > SCHEMA) {
                throw new IOException(file + " was written by a newer Ephemera: its schema is "
                        + json.path("schema").asInt() + ", this one reads " + SCHEMA);
            }
            return Json.RESULT.treeToValue(json, RunResult.class);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is damaged", e);
        } catch (FileSystemException e) {
            throw new IOException(file + " can't be read: " + Format.cause(e), e);
        }
    }

    /** What became of the run. */
    public Verdict verdict() {
        return judgement.verdict();
    }

    /** Whether it proves anything. */
    public boolean conclusive() {
        return judgement.verdict() != Verdict.INCONCLUSIVE;
    }

    /** 0 as predicted or as required, 1 not so, 3 inconclusive. */
    public int exitCode() {
        return judgement.exitCode();
    }

    /** What happened in each step. */
    public List<Step> steps() {
        return evidence.steps();
    }

    /** Figures of a scenario. */
    public List<ScenarioFigure> figures() {
        return explanation.figures();
    }

    /** Whether it was the gateway that had no port: the SYN was dropped, and the client's connect timed out. */
    public boolean exhaustedAtGateway() {
        RunEnd.GatewayCounts counted = evidence.counts().gateway();
        return verdict() == Verdict.EXHAUSTED && counted != null && counted.dropped() > 0;
    }

    /** Whether live connections were to use up a gateway's ports, since each lived for a while. */
    boolean ofLiveConnections() {
        RunPlan.Gateway gateway = conditions.gateway();
        return gateway != null && gateway.binds() && gateway.serviceSeconds() > 0;
    }

    /** Whether live connections held the ports, not TIME_WAIT. */
    boolean heldByLive() {
        return measured.heldBy() == HeldBy.LIVE;
    }

    /** Which run it is. */
    public record RunIdentity(
            int schema,
            String runId,
            String simulation,
            Instant startedAt,
            Map<String, String> settings,
            boolean partial,
            double recordedSeconds,
            @Nullable Double wallSeconds,
            @Nullable RunMachine machine) {}

    /** Under which limits it ran, in whose time, and against what. */
    public record Conditions(
            String stack,
            RunPlan.TimeBase time,
            @Nullable Double speedup,
            String target,
            boolean serverCounted,
            ProfileLimits profile,
            RunPlan.@Nullable Gateway gateway,
            List<String> appliedRemedies,
            double tolerancePercent) {

        /** Whether the schedule moved the time. */
        public boolean virtual() {
            return time == RunPlan.TimeBase.VIRTUAL;
        }
    }

    /** What a call is, and what it costs. */
    public record CallUse(String pattern, String patternReason, double exchangesPerCall, double portsPerCall) {}

    /** What happened, and what was counted. */
    public record Evidence(
            @Nullable CallByCall callByCall,
            @Nullable Required required,
            CallTotals calls,
            List<Step> steps,
            ResponsePercentiles responseTimes,
            Counts counts) {}

    /** What explains it, and what mends it. */
    public record Explanation(
            @Nullable ProfileDiagnosis diagnosis,
            List<RemedyThreshold> remedies,
            List<ScenarioFigure> figures,
            List<String> conclusions,
            List<String> lessons,
            List<TimelineEvent> timeline) {}

    /** What it comes to: the reason of the verdict, and all that stands against the run. */
    public record Judgement(Verdict verdict, String verdictReason, List<String> reasons, int exitCode) {}

    /** What became of the run. */
    public enum Verdict {
        /** Calls were refused with no free port. */
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
        /** Calls were refused with no free port. */
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
    public record ProfileLimits(
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
            @JsonUnwrapped CountedPorts ports,
            @Nullable Double meanLifeSeconds,
            @Nullable HeldBy heldBy,
            @Nullable Double highestSustainedCallsPerSecond,
            @Nullable Double firstExhaustedCallsPerSecond,
            @JsonUnwrapped TimeToRefusal first) {}

    /** Ports that calls used up, and those in TIME_WAIT at once. */
    public record CountedPorts(
            @Nullable Double portsPerCallByPool,
            @Nullable Double portsPerCallByServer,
            @Nullable Integer peakTimeWait) {}

    /** The first refusal of the step whose first is told. */
    public record TimeToRefusal(
            @Nullable Double secondsToFirstExhaustion,
            @Nullable String firstExhaustionMessage) {}

    /** What was required. */
    public record Required(double callsPerSecond, @Nullable Boolean holds) {}

    /** Calls of the whole run. */
    public record CallTotals(
            long planned,
            long offered,
            long ok,
            long exhausted,
            long otherFailures,
            @Nullable Long challengedExchanges) {}

    /** What happened in a step. */
    public record Step(
            @JsonUnwrapped OfferedLoad load,
            @JsonUnwrapped StepCounts calls,
            @Nullable Integer peakTimeWait,
            @Nullable Double secondsToFirstExhaustion,
            @Nullable Double meanResponseMillis,
            @Nullable Long latestStartMillis,
            State state) {

        /** Its rate in words. */
        public String offered() {
            return Format.offered(load.offeredCallsPerSecond());
        }

        /** Whether more or fewer calls were refused than planned, where that is planned to the call. */
        public boolean differsFromPlan() {
            return load.plannedExhausted() != null && load.plannedExhausted() != calls.exhausted();
        }
    }

    /** What a step was to do. */
    public record OfferedLoad(
            PlannedStep.Kind kind,
            double offeredCallsPerSecond,
            long plannedCalls,
            @Nullable Long plannedExhausted,
            @Nullable Double predictedSecondsToFirstExhaustion) {}

    /** What became of its calls. */
    public record StepCounts(
            @Nullable Double okCallsPerSecond,
            long ok,
            long exhausted,
            long otherFailures,
            Map<String, Long> otherFailuresByKind) {}

    /** What pool and target counted in the measured phase. */
    public record Counts(
            RunEnd.@Nullable PoolCounts pool,
            RunEnd.@Nullable GatewayCounts gateway,
            RunEnd.@Nullable ServerCounts server) {}

    /** Limits that were believed to be in force. */
    public record ProfileDiagnosis(
            String believed,
            @Nullable String finding,
            @Nullable String sentence,
            List<String> differences) {}

    /** A change of the platform's limits that raises the threshold. */
    public record RemedyThreshold(String name, double thresholdCallsPerSecond) {}

    /** A figure of a scenario. */
    public record ScenarioFigure(
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
