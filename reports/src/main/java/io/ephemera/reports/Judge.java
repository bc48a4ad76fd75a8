package io.ephemera.reports;

import io.ephemera.ports.Profile;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Verdict;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a result of a recording.
 *
 * <p>In this order: any doubt makes the run inconclusive (exit code 3). Otherwise a single refusal with no free port makes it
 * exhausted, and none sustained. What was required decides the exit code, where something was (0 or 1); otherwise whether the
 * run is as predicted does: in virtual time by each of its calls, which also has to be as planned for a requirement to be judged; on the
 * wall by its threshold, and on the machine's own stack also whether that is the one of the profile that was
 * named; or, for a scenario, by the figures that are expected of it. A run in which every call is to fail from one on, though there are ports, is
 * failing if they do.
 */
public final class Judge {

    private static final int AS_PREDICTED = 0;
    private static final int NOT_AS_PREDICTED = 1;
    private static final int INCONCLUSIVE = 3;

    private Judge() {}

    /** Judges a run, whole or partial. The same recording has the same result, always. */
    public static RunResult judge(Recording recording) {
        Analysis analysis = Analysis.of(recording);
        RunPlan plan = recording.plan();
        RunEnd end = recording.end();
        List<String> doubts = ValidityChecks.of(analysis);
        RunResult.ProfileDiagnosis diagnosis = ProfileDrift.diagnosis(analysis, doubts.isEmpty());
        String difference = isPlannedByCall(recording) ? difference(analysis) : null;
        return new RunResult(
                new RunResult.RunIdentity(
                        RunResult.SCHEMA,
                        plan.identity().runId(),
                        plan.identity().simulation(),
                        plan.identity().startedAt(),
                        plan.identity().settings(),
                        end == null,
                        Format.decimal(analysis.totals().recordedSeconds(), 3, 0),
                        end == null ? null : rounded(end.wallSeconds(), 3),
                        recording.machine()),
                conditions(plan, end),
                new RunResult.CallUse(
                        plan.calls().pattern(),
                        plan.calls().patternReason(),
                        plan.calls().exchangesPerCall(),
                        plan.calls().portsPerCall()),
                predicted(analysis),
                measured(analysis),
                new RunResult.Evidence(
                        end == null || !isPlannedByCall(recording) ? null : end.callByCall(),
                        required(analysis, doubts.isEmpty() && difference == null),
                        calls(analysis),
                        IntStream.range(0, plan.steps().size())
                                .mapToObj(step -> step(analysis, step))
                                .toList(),
                        analysis.totals().responseTimes(),
                        new RunResult.Counts(
                                end == null ? null : end.pool(),
                                end == null ? null : end.gateway(),
                                end == null ? null : end.server())),
                explanation(analysis, diagnosis),
                judgement(analysis, doubts, difference, diagnosis));
    }

    /** Why the run is not one to judge a requirement by; {@code null} if it is. */
    private static @Nullable String difference(Analysis analysis) {
        return analysis.virtual() ? CallComparison.difference(analysis) : ThresholdComparison.apart(analysis);
    }

    private static RunResult.Conditions conditions(RunPlan plan, @Nullable RunEnd end) {
        Profile profile = plan.limits().profile();
        return new RunResult.Conditions(
                plan.limits().stack(),
                plan.clock().time(),
                plan.clock().virtual() ? null : plan.clock().speedup(),
                plan.target().url(),
                plan.target().own() && end != null && end.server() != null,
                new RunResult.ProfileLimits(
                        profile.name(),
                        profile.range().firstPort(),
                        profile.range().lastPort(),
                        profile.range().size(),
                        plan.limits().effectivePorts(),
                        plan.limits().pools(),
                        profile.timeWaitSeconds(),
                        profile.scope()),
                plan.limits().gateway(),
                plan.calls().remedies(),
                plan.clock().tolerancePercent());
    }

    private static RunResult.Explanation explanation(
            Analysis analysis, RunResult.@Nullable ProfileDiagnosis diagnosis) {
        Recording recording = analysis.recording();
        Expectations expectations = recording.expectations();
        Observations observations = recording.observations();
        return new RunResult.Explanation(
                diagnosis,
                remedies(analysis.plan()),
                expectations == null
                        ? FigureComparison.runawayFigures(analysis)
                        : FigureComparison.figures(expectations, recording),
                observations == null ? FigureComparison.runawayConclusions(analysis) : observations.findings(),
                expectations == null ? List.of() : expectations.lessons(),
                recording.timeline());
    }

    /** Calls of a scenario, and of a program that fails from one call on, have predictions of their own. */
    private static boolean isPlannedByCall(Recording recording) {
        return recording.expectations() == null && recording.plan().calls().runaway() == null;
    }

    private static RunResult.Judgement judgement(
            Analysis analysis,
            List<String> doubts,
            @Nullable String difference,
            RunResult.@Nullable ProfileDiagnosis diagnosis) {
        if (!doubts.isEmpty()) {
            return new RunResult.Judgement(Verdict.INCONCLUSIVE, doubts.get(0), doubts, INCONCLUSIVE);
        }
        Verdict verdict = analysis.totals().run().exhausted() > 0
                ? Verdict.EXHAUSTED
                : FigureComparison.isFailing(analysis) ? Verdict.FAILING : Verdict.SUSTAINED;
        Runaway runaway = analysis.plan().calls().runaway();
        Expectations expectations = analysis.recording().expectations();
        Integer required = analysis.required();
        String mismatch;
        String asPredicted;
        if (runaway != null) {
            mismatch = FigureComparison.mismatch(runaway, analysis);
            asPredicted = FigureComparison.asPredicted(runaway);
        } else if (expectations != null) {
            mismatch = FigureComparison.mismatch(expectations, analysis);
            asPredicted = FigureComparison.asPredicted(expectations, analysis.recording());
        } else if (required != null && difference == null) {
            String sentence = requirement(analysis, required);
            mismatch = holds(analysis, required) ? null : sentence;
            asPredicted = sentence;
        } else {
            mismatch = analysis.virtual() ? CallComparison.mismatch(analysis) : ThresholdComparison.mismatch(analysis);
            asPredicted = asPredicted(analysis, verdict);
            String sentence = diagnosis == null ? null : diagnosis.sentence();
            if (mismatch == null && diagnosis != null && sentence != null) {
                // The machine does what it was read to do, which is not what it was named for.
                mismatch = ProfileDrift.IN_FORCE.equals(diagnosis.finding()) ? null : sentence;
                asPredicted = sentence;
            }
        }
        return mismatch == null
                ? new RunResult.Judgement(verdict, asPredicted, doubts, AS_PREDICTED)
                : new RunResult.Judgement(verdict, mismatch, doubts, NOT_AS_PREDICTED);
    }

    private static String asPredicted(Analysis analysis, Verdict verdict) {
        Double predicted = analysis.predicted();
        Double measured = analysis.measured();
        Double error = analysis.errorPercent();
        if (predicted == null) {
            return "no call was refused, as predicted: " + analysis.plan().whyNoThreshold();
        }
        if (measured != null && analysis.virtual()) {
            return "as predicted to the call: " + CallComparison.thresholds(analysis, predicted, measured);
        }
        if (measured != null && error != null) {
            return "as predicted: " + Format.exact(predicted) + " calls/s predicted, " + Format.exact(measured)
                    + " measured, difference " + Format.percent(error);
        }
        Integer step = verdict == Verdict.EXHAUSTED ? analysis.exhaustionStep() : analysis.highestSustained();
        return (verdict == Verdict.EXHAUSTED ? "calls were refused" : "no call was refused")
                + (step == null ? "" : " at " + analysis.offeredWords(step)) + ", as predicted: the threshold is "
                + Format.exact(predicted);
    }

    private static boolean holds(Analysis analysis, int step) {
        return analysis.states().get(step) == State.SUSTAINED;
    }

    private static String requirement(Analysis analysis, int step) {
        Totals.CallSums total = analysis.total(step);
        if (holds(analysis, step)) {
            return analysis.offeredWords(step) + " is sustained, as required";
        }
        long failed = total.exhausted() > 0 ? total.exhausted() : total.other();
        return analysis.offeredWords(step) + " required, but " + Format.count(failed) + " of "
                + Format.calls(total.ended()) + (total.exhausted() > 0 ? " were refused" : " failed otherwise");
    }

    private static RunResult.@Nullable Required required(Analysis analysis, boolean trustworthy) {
        Double rate = analysis.plan().requiredCallsPerSecond();
        Integer step = analysis.required();
        return rate == null || step == null
                ? null
                : new RunResult.Required(rate, trustworthy ? holds(analysis, step) : null);
    }

    private static RunResult.Predicted predicted(Analysis analysis) {
        Integer step = analysis.exhaustionStep();
        return new RunResult.Predicted(
                threshold(analysis.predicted()),
                threshold(CallComparison.withLife(analysis)),
                step == null ? null : rounded(analysis.plan().steps().get(step).secondsToFirstExhaustion(), 3));
    }

    private static RunResult.Measured measured(Analysis analysis) {
        RunEnd end = analysis.end();
        Integer step = analysis.exhaustionStep();
        FirstExhaustion first = step == null ? null : analysis.recording().firstExhaustionOf(step);
        Double life = end == null ? null : end.meanLifeSeconds();
        Integer sustained = analysis.highestSustained();
        Integer exhausted = analysis.firstExhausted();
        PortsPerCall ports = PortsPerCall.of(analysis);
        return new RunResult.Measured(
                threshold(analysis.measured()),
                rounded(analysis.errorPercent(), 3),
                new RunResult.CountedPorts(
                        rounded(ports.poolCounted(), 6),
                        rounded(ports.serverCounted(), 6),
                        analysis.totals().run().peakTimeWait()),
                life == null ? null : Format.decimal(life, 6, 4),
                analysis.heldBy(),
                sustained == null ? null : analysis.offered(sustained),
                exhausted == null ? null : analysis.offered(exhausted),
                new RunResult.TimeToRefusal(
                        first == null ? null : rounded(first.secondsIntoStep(), 3),
                        first == null ? null : first.message()));
    }

    private static RunResult.CallTotals calls(Analysis analysis) {
        Totals.CallSums run = analysis.totals().run();
        RunEnd end = analysis.end();
        return new RunResult.CallTotals(
                analysis.plannedCalls(),
                end == null ? run.ended() : end.gatling().injectedCalls(),
                run.ok(),
                run.exhausted(),
                run.other(),
                end == null ? null : end.gatling().challengedExchanges());
    }

    private static RunResult.Step step(Analysis analysis, int index) {
        PlannedStep planned = analysis.plan().steps().get(index);
        Totals.CallSums total = analysis.total(index);
        FirstExhaustion first = analysis.recording().firstExhaustionOf(index);
        PlannedStep.Outcome outcome = planned.outcome();
        double elapsed = analysis.end() != null
                ? planned.durationSeconds()
                : Math.min(planned.durationSeconds(), analysis.totals().recordedSeconds() - planned.startSeconds());
        return new RunResult.Step(
                new RunResult.OfferedLoad(
                        planned.kind(),
                        planned.offeredCallsPerSecond(),
                        planned.calls(),
                        outcome == null || !analysis.plan().target().own() ? null : outcome.exhausted(),
                        rounded(planned.secondsToFirstExhaustion(), 3)),
                new RunResult.StepCounts(
                        elapsed > 0 && total.ended() > 0 ? threshold(total.ok() / elapsed) : null,
                        total.ok(),
                        total.exhausted(),
                        total.other(),
                        total.otherByKind()),
                total.peakTimeWait(),
                first == null ? null : rounded(first.secondsIntoStep(), 3),
                rounded(total.meanOkMillis(), 3),
                analysis.virtual() ? null : total.lateMillis(),
                analysis.states().get(index));
    }

    // A change that leaves the threshold where it is, or lowers it, is no remedy of these limits.
    private static List<RunResult.RemedyThreshold> remedies(RunPlan plan) {
        Profile profile = plan.limits().profile();
        double ports = plan.calls().portsPerCall();
        if (ports == 0) {
            return List.of();
        }
        RunPlan.Gateway gateway = plan.limits().gateway();
        boolean ofGateway = gateway != null && plan.limits().ofGateway();
        Double threshold = plan.thresholdCallsPerSecond();
        double today = ofGateway && threshold != null
                ? threshold
                : profile.capacity(ports).thresholdCallsPerSecond();
        Stream<RunResult.RemedyThreshold> all = ofGateway && gateway != null
                ? gateway.remedies().stream()
                        .map(remedy -> new RunResult.RemedyThreshold(
                                remedy.name(), remedy.ports() / (remedy.holdSeconds() * ports)))
                : profile.remedies().stream()
                        .map(remedy -> new RunResult.RemedyThreshold(
                                remedy.name(), Profile.capacity(remedy, ports).thresholdCallsPerSecond()));
        return all.filter(remedy -> remedy.thresholdCallsPerSecond() > today)
                .map(remedy -> new RunResult.RemedyThreshold(
                        remedy.name(), Format.decimal(remedy.thresholdCallsPerSecond(), 3, 5)))
                .toList();
    }

    private static @Nullable Double threshold(@Nullable Double callsPerSecond) {
        return callsPerSecond == null ? null : Format.decimal(callsPerSecond, 3, 5);
    }

    private static @Nullable Double rounded(@Nullable Double value, int decimals) {
        return value == null ? null : Format.decimal(value, decimals, 0);
    }
}
