package io.ephemera.reports;

import io.ephemera.ports.Profile;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Verdict;
import java.util.ArrayList;
import java.util.List;
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
        String difference =
                plan.clock().virtual() && isPlannedByCall(recording) ? CallComparison.difference(analysis) : null;
        Outcome outcome = outcome(analysis, doubts, difference, diagnosis);
        return new RunResult(
                new RunResult.RunIdentity(
                        RunResult.SCHEMA,
                        plan.identity().runId(),
                        plan.identity().simulation(),
                        plan.identity().startedAt(),
                        plan.identity().settings(),
                        end == null,
                        round(analysis.totals().recordedSeconds(), 3, 0),
                        end == null ? null : round(end.wallSeconds(), 3, 0)),
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
                        steps(analysis),
                        analysis.totals().responseTimes(),
                        new RunResult.Counts(end == null ? null : end.pool(), end == null ? null : end.server())),
                explanation(analysis, diagnosis),
                new RunResult.Judgement(outcome.verdict, outcome.reason, doubts, outcome.exitCode));
    }

    private static RunResult.Conditions conditions(RunPlan plan, @Nullable RunEnd end) {
        return new RunResult.Conditions(
                plan.limits().stack(),
                plan.clock().time(),
                plan.clock().virtual() ? null : plan.clock().speedup(),
                plan.target().url(),
                plan.target().own() && end != null && end.server() != null,
                limits(plan),
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

    private record Outcome(Verdict verdict, String reason, int exitCode) {}

    private static Outcome outcome(
            Analysis analysis,
            List<String> doubts,
            @Nullable String difference,
            RunResult.@Nullable ProfileDiagnosis diagnosis) {
        if (!doubts.isEmpty()) {
            return new Outcome(Verdict.INCONCLUSIVE, doubts.get(0), INCONCLUSIVE);
        }
        Verdict verdict = analysis.totals().exhausted() > 0
                ? Verdict.EXHAUSTED
                : FigureComparison.isFailing(analysis) ? Verdict.FAILING : Verdict.SUSTAINED;
        Runaway runaway = analysis.plan().calls().runaway();
        if (runaway != null) {
            return outcome(
                    verdict, FigureComparison.mismatch(runaway, analysis), FigureComparison.asPredicted(runaway));
        }
        Expectations expectations = analysis.recording().expectations();
        if (expectations != null) {
            return outcome(
                    verdict,
                    FigureComparison.mismatch(expectations, analysis),
                    FigureComparison.asPredicted(expectations, analysis.recording()));
        }
        Integer required = requiredStep(analysis.plan());
        if (required != null && difference == null) {
            boolean holds = holds(analysis, required);
            return new Outcome(verdict, requirement(analysis, required), holds ? AS_PREDICTED : NOT_AS_PREDICTED);
        }
        String mismatch = analysis.plan().clock().virtual()
                ? CallComparison.mismatch(analysis)
                : ThresholdComparison.mismatch(analysis);
        String sentence = diagnosis == null ? null : diagnosis.sentence();
        if (mismatch == null && diagnosis != null && sentence != null) {
            // The machine does what it was read to do, which is not what it was named for.
            return new Outcome(
                    verdict,
                    sentence,
                    ProfileDrift.IN_FORCE.equals(diagnosis.finding()) ? AS_PREDICTED : NOT_AS_PREDICTED);
        }
        return outcome(verdict, mismatch, asPredicted(analysis, verdict));
    }

    private static Outcome outcome(Verdict verdict, @Nullable String mismatch, String asPredicted) {
        return mismatch == null
                ? new Outcome(verdict, asPredicted, AS_PREDICTED)
                : new Outcome(verdict, mismatch, NOT_AS_PREDICTED);
    }

    private static String asPredicted(Analysis analysis, Verdict verdict) {
        Double predicted = analysis.predicted();
        Double measured = analysis.measured();
        Double error = analysis.errorPercent();
        if (predicted == null) {
            return "no call was refused, as predicted: " + analysis.plan().whyNoThreshold();
        }
        if (measured != null && analysis.plan().clock().virtual()) {
            return "as predicted to the call: " + CallComparison.thresholds(analysis, predicted, measured);
        }
        if (measured != null && error != null) {
            return "as predicted: " + Format.exact(predicted) + " calls/s predicted, " + Format.exact(measured)
                    + " measured, " + Format.percent(error) + " apart";
        }
        Integer step = verdict == Verdict.EXHAUSTED ? analysis.exhaustionStep() : analysis.highestSustained();
        String rate = step == null ? "" : " at " + Format.offered(rate(analysis, step)) + " calls/s";
        return (verdict == Verdict.EXHAUSTED ? "calls were refused" : "no call was refused") + rate
                + ", as predicted: the threshold is " + Format.exact(predicted);
    }

    private static @Nullable Integer requiredStep(RunPlan plan) {
        for (int step = 0;
                plan.requiredCallsPerSecond() != null && step < plan.steps().size();
                step++) {
            if (plan.steps().get(step).kind() == Kind.REQUIRED) {
                return step;
            }
        }
        return null;
    }

    private static boolean holds(Analysis analysis, int step) {
        return analysis.states().get(step) == State.SUSTAINED;
    }

    private static String requirement(Analysis analysis, int step) {
        Totals.OfStep total = analysis.totals().steps().get(step);
        String rate = Format.offered(rate(analysis, step)) + " calls/s";
        if (holds(analysis, step)) {
            return rate + " is sustained, as required";
        }
        return rate + " is required, but of " + Format.calls(total.ended()) + " "
                + (total.exhausted() > 0
                        ? Format.count(total.exhausted()) + " were refused with no free port"
                        : Format.count(total.other()) + " failed otherwise");
    }

    private static RunResult.@Nullable Required required(Analysis analysis, boolean trustworthy) {
        Double rate = analysis.plan().requiredCallsPerSecond();
        Integer step = requiredStep(analysis.plan());
        return rate == null || step == null
                ? null
                : new RunResult.Required(rate, trustworthy ? holds(analysis, step) : null);
    }

    private static RunResult.ProfileLimits limits(RunPlan plan) {
        Profile profile = plan.limits().profile();
        return new RunResult.ProfileLimits(
                profile.name(),
                profile.range().firstPort(),
                profile.range().lastPort(),
                profile.range().size(),
                plan.limits().effectivePorts(),
                plan.limits().pools(),
                profile.timeWaitSeconds(),
                profile.scope());
    }

    private static RunResult.Predicted predicted(Analysis analysis) {
        Integer step = analysis.exhaustionStep();
        return new RunResult.Predicted(
                threshold(analysis.predicted()),
                threshold(CallComparison.withLife(analysis)),
                step == null ? null : seconds(analysis.plan().steps().get(step).secondsToFirstExhaustion()));
    }

    private static RunResult.Measured measured(Analysis analysis) {
        RunEnd end = analysis.recording().end();
        Integer step = analysis.exhaustionStep();
        FirstExhaustion first = step == null ? null : analysis.recording().firstExhaustionOf(step);
        Double life = end == null ? null : end.meanLifeSeconds();
        Double error = analysis.errorPercent();
        PortsPerCall ports = PortsPerCall.of(analysis);
        return new RunResult.Measured(
                threshold(analysis.measured()),
                error == null ? null : round(error, 3, 0),
                perCall(ports.poolCounted()),
                perCall(ports.serverCounted()),
                analysis.totals().peakTimeWait(),
                life == null ? null : round(life, 6, 4),
                analysis.heldBy(),
                rateOf(analysis, analysis.highestSustained()),
                rateOf(analysis, analysis.firstExhausted()),
                first == null ? null : seconds(first.secondsIntoStep()),
                first == null ? null : first.message());
    }

    private static RunResult.CallTotals calls(Analysis analysis) {
        Totals totals = analysis.totals();
        RunEnd end = analysis.recording().end();
        return new RunResult.CallTotals(
                analysis.plan().steps().stream().mapToLong(PlannedStep::calls).sum(),
                end == null ? totals.ended() : end.injectedCalls(),
                totals.ok(),
                totals.exhausted(),
                totals.other(),
                end == null ? null : end.challengedExchanges());
    }

    private static List<RunResult.Step> steps(Analysis analysis) {
        List<RunResult.Step> steps = new ArrayList<>();
        for (int index = 0; index < analysis.states().size(); index++) {
            PlannedStep planned = analysis.plan().steps().get(index);
            Totals.OfStep total = analysis.totals().steps().get(index);
            FirstExhaustion first = analysis.recording().firstExhaustionOf(index);
            double elapsed = analysis.recording().end() != null
                    ? planned.durationSeconds()
                    : Math.min(planned.durationSeconds(), analysis.totals().recordedSeconds() - planned.startSeconds());
            steps.add(new RunResult.Step(
                    planned.kind(),
                    planned.offeredCallsPerSecond(),
                    elapsed > 0 && total.ended() > 0 ? threshold(total.ok() / elapsed) : null,
                    planned.calls(),
                    total.ok(),
                    total.exhausted(),
                    total.other(),
                    total.otherByKind(),
                    total.peakTimeWait(),
                    analysis.plan().target().own() && planned.outcome() != null
                            ? planned.outcome().exhausted()
                            : null,
                    seconds(planned.secondsToFirstExhaustion()),
                    first == null ? null : seconds(first.secondsIntoStep()),
                    total.ok() == 0 ? null : round(total.okMillis() / (double) total.ok(), 3, 0),
                    analysis.plan().clock().virtual() ? null : total.lateMillis(),
                    analysis.states().get(index)));
        }
        return steps;
    }

    // A change that leaves the threshold where it is, or lowers it, is no remedy of these limits.
    private static List<RunResult.RemedyThreshold> remedies(RunPlan plan) {
        List<RunResult.RemedyThreshold> remedies = new ArrayList<>();
        if (plan.calls().portsPerCall() > 0) {
            double today = plan.limits()
                    .profile()
                    .capacity(plan.calls().portsPerCall())
                    .thresholdCallsPerSecond();
            for (Profile.ProfileRemedy remedy : plan.limits().profile().remedies()) {
                double after =
                        Profile.capacity(remedy, plan.calls().portsPerCall()).thresholdCallsPerSecond();
                if (after > today) {
                    remedies.add(new RunResult.RemedyThreshold(remedy.name(), round(after, 3, 5)));
                }
            }
        }
        return remedies;
    }

    private static double rate(Analysis analysis, int step) {
        return analysis.plan().steps().get(step).offeredCallsPerSecond();
    }

    private static @Nullable Double rateOf(Analysis analysis, @Nullable Integer step) {
        return step == null ? null : rate(analysis, step);
    }

    private static @Nullable Double threshold(@Nullable Double callsPerSecond) {
        return callsPerSecond == null ? null : round(callsPerSecond, 3, 5);
    }

    private static @Nullable Double perCall(@Nullable Double ports) {
        return ports == null ? null : round(ports, 6, 0);
    }

    private static @Nullable Double seconds(@Nullable Double seconds) {
        return seconds == null ? null : round(seconds, 3, 0);
    }

    private static double round(double value, int decimals, int digits) {
        return Format.decimal(value, decimals, digits).doubleValue();
    }
}
