package io.ephemera.reports;

import io.ephemera.ports.Profile;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a result of a recording.
 *
 * <p>In this order: any doubt makes the run inconclusive (exit code 3). Otherwise a single refusal for want of a port makes it
 * exhausted, and none sustained. What was required decides the exit code, where something was (0 or 1); otherwise whether the
 * run is as predicted does: in virtual time by each of its calls, which also has to be as planned for a requirement to be judged; on the
 * wall by its threshold, and on the machine's own stack also whether that is the one of the profile that was
 * named; or, for a scenario, by the figures of its story. A run in which every call is to fail from one on, though there are ports, is
 * failing if they do.
 */
public final class Judge {

    private static final int AS_PREDICTED = 0;
    private static final int NOT_AS_PREDICTED = 1;
    private static final int INCONCLUSIVE = 3;

    private Judge() {}

    /** Judges a run, whole or partial. The same recording has the same result, always. */
    public static RunResult judge(Recording recording) {
        Findings findings = Findings.of(recording);
        RunPlan plan = recording.plan();
        RunEnd end = recording.end();
        List<String> doubts = Doubts.of(findings);
        RunResult.Diagnosis diagnosis = Believed.diagnosis(findings, doubts.isEmpty());
        String difference =
                plan.isVirtual() && isPlannedByCall(recording) ? ExactPrediction.difference(findings) : null;
        Outcome outcome = outcome(findings, doubts, difference, diagnosis);
        ToldStory told = recording.told();
        return new RunResult(
                RunResult.SCHEMA,
                plan.runId(),
                plan.simulation(),
                plan.stack(),
                plan.time(),
                plan.isVirtual() ? null : plan.speedup(),
                plan.pattern(),
                plan.patternReason(),
                plan.remedies(),
                plan.target(),
                plan.ownTarget() && end != null && end.server() != null,
                limits(plan),
                plan.legsPerCall(),
                plan.portsPerCall(),
                plan.apartPercent(),
                predicted(findings),
                measured(findings),
                end == null || !isPlannedByCall(recording) ? null : end.callByCall(),
                required(findings, doubts.isEmpty() && difference == null),
                calls(findings),
                steps(findings),
                findings.totals().responseTimes(),
                new RunResult.Counts(end == null ? null : end.pool(), end == null ? null : end.server()),
                diagnosis,
                remedies(plan),
                told == null ? RunawayJudge.figures(findings) : StoryJudge.figures(told),
                told == null || told.end() == null
                        ? RunawayJudge.conclusions(findings)
                        : told.end().diagnosis(),
                told == null ? List.of() : told.story().lessons(),
                told == null ? List.of() : told.timeline(),
                outcome.verdict,
                outcome.reason,
                doubts,
                outcome.exitCode,
                end == null,
                round(findings.totals().recordedSeconds(), 3, 0),
                end == null ? null : round(end.wallSeconds(), 3, 0),
                plan.startedAt(),
                plan.settings());
    }

    /** Calls of a scenario, and of a program that fails from one call on, have predictions of their own. */
    private static boolean isPlannedByCall(Recording recording) {
        return recording.told() == null && recording.plan().runaway() == null;
    }

    private record Outcome(Verdict verdict, String reason, int exitCode) {}

    private static Outcome outcome(
            Findings findings,
            List<String> doubts,
            @Nullable String difference,
            RunResult.@Nullable Diagnosis diagnosis) {
        if (!doubts.isEmpty()) {
            return new Outcome(Verdict.INCONCLUSIVE, doubts.get(0), INCONCLUSIVE);
        }
        Verdict verdict = findings.totals().exhausted() > 0
                ? Verdict.EXHAUSTED
                : RunawayJudge.isFailing(findings) ? Verdict.FAILING : Verdict.SUSTAINED;
        Particulars.Runaway runaway = findings.plan().runaway();
        if (runaway != null) {
            String mismatch = RunawayJudge.mismatch(runaway, findings);
            return mismatch == null
                    ? new Outcome(verdict, RunawayJudge.asPredicted(runaway), AS_PREDICTED)
                    : new Outcome(verdict, mismatch, NOT_AS_PREDICTED);
        }
        ToldStory told = findings.recording().told();
        if (told != null) {
            String mismatch = StoryJudge.mismatch(told, findings);
            return mismatch == null
                    ? new Outcome(verdict, StoryJudge.asPredicted(told), AS_PREDICTED)
                    : new Outcome(verdict, mismatch, NOT_AS_PREDICTED);
        }
        Integer required = requiredStep(findings.plan());
        if (required != null && difference == null) {
            boolean holds = holds(findings, required);
            return new Outcome(verdict, requirement(findings, required), holds ? AS_PREDICTED : NOT_AS_PREDICTED);
        }
        String mismatch =
                findings.plan().isVirtual() ? ExactPrediction.mismatch(findings) : Prediction.mismatch(findings);
        String sentence = diagnosis == null ? null : diagnosis.sentence();
        if (mismatch == null && diagnosis != null && sentence != null) {
            // The machine does what it was read to do, which is not what it was named for.
            return new Outcome(
                    verdict, sentence, Believed.IN_FORCE.equals(diagnosis.finding()) ? AS_PREDICTED : NOT_AS_PREDICTED);
        }
        return mismatch == null
                ? new Outcome(verdict, asPredicted(findings, verdict), AS_PREDICTED)
                : new Outcome(verdict, mismatch, NOT_AS_PREDICTED);
    }

    private static String asPredicted(Findings findings, Verdict verdict) {
        Double predicted = findings.predicted();
        Double measured = findings.measured();
        Double error = findings.errorPercent();
        if (predicted == null) {
            return "no call was refused, as predicted: " + findings.plan().whyNoThreshold();
        }
        if (measured != null && findings.plan().isVirtual()) {
            return "as predicted to the call: " + ExactPrediction.thresholds(findings, predicted, measured);
        }
        if (measured != null && error != null) {
            return "as predicted: " + Wording.exact(predicted) + " calls/s predicted, " + Wording.exact(measured)
                    + " measured, " + Wording.percent(error) + " apart";
        }
        Integer step = verdict == Verdict.EXHAUSTED ? findings.exhaustionStep() : findings.highestSustained();
        String rate = step == null ? "" : " at " + Wording.offered(rate(findings, step)) + " calls/s";
        return (verdict == Verdict.EXHAUSTED ? "calls were refused" : "no call was refused") + rate
                + ", as predicted: the threshold is " + Wording.exact(predicted);
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

    private static boolean holds(Findings findings, int step) {
        return findings.states().get(step) == State.SUSTAINED;
    }

    private static String requirement(Findings findings, int step) {
        Totals.OfStep total = findings.totals().steps().get(step);
        String rate = Wording.offered(rate(findings, step)) + " calls/s";
        if (holds(findings, step)) {
            return rate + " is sustained, as required";
        }
        return rate + " is required, but of " + Wording.calls(total.ended()) + " "
                + (total.exhausted() > 0
                        ? Wording.count(total.exhausted()) + " were refused for want of a port"
                        : Wording.count(total.other()) + " failed otherwise");
    }

    private static RunResult.@Nullable Required required(Findings findings, boolean trustworthy) {
        Double rate = findings.plan().requiredCallsPerSecond();
        Integer step = requiredStep(findings.plan());
        return rate == null || step == null
                ? null
                : new RunResult.Required(rate, trustworthy ? holds(findings, step) : null);
    }

    private static RunResult.Limits limits(RunPlan plan) {
        Profile profile = plan.profile();
        return new RunResult.Limits(
                profile.name(),
                profile.range().firstPort(),
                profile.range().lastPort(),
                profile.range().size(),
                plan.effectivePorts(),
                plan.pools(),
                profile.timeWaitSeconds(),
                profile.scope());
    }

    private static RunResult.Predicted predicted(Findings findings) {
        Integer step = findings.exhaustionStep();
        return new RunResult.Predicted(
                threshold(findings.predicted()),
                threshold(ExactPrediction.withLife(findings)),
                step == null ? null : seconds(findings.plan().steps().get(step).secondsToFirstExhaustion()));
    }

    private static RunResult.Measured measured(Findings findings) {
        RunEnd end = findings.recording().end();
        Integer step = findings.exhaustionStep();
        FirstExhaustion first = step == null ? null : findings.recording().firstExhaustionOf(step);
        Double life = end == null ? null : end.meanLifeSeconds();
        Double error = findings.errorPercent();
        PortsPerCall ports = PortsPerCall.of(findings);
        return new RunResult.Measured(
                threshold(findings.measured()),
                error == null ? null : round(error, 3, 0),
                perCall(ports.poolCounted()),
                perCall(ports.serverCounted()),
                findings.totals().peakTimeWait(),
                life == null ? null : round(life, 6, 4),
                findings.heldBy(),
                rateOf(findings, findings.highestSustained()),
                rateOf(findings, findings.firstExhausted()),
                first == null ? null : seconds(first.secondsIntoStep()),
                first == null ? null : first.message());
    }

    private static RunResult.Calls calls(Findings findings) {
        Totals totals = findings.totals();
        RunEnd end = findings.recording().end();
        return new RunResult.Calls(
                findings.plan().steps().stream().mapToLong(PlannedStep::calls).sum(),
                end == null ? totals.ended() : end.injectedCalls(),
                totals.ok(),
                totals.exhausted(),
                totals.other(),
                end == null ? null : end.challengedLegs());
    }

    private static List<RunResult.Step> steps(Findings findings) {
        List<RunResult.Step> steps = new ArrayList<>();
        for (int index = 0; index < findings.states().size(); index++) {
            PlannedStep planned = findings.plan().steps().get(index);
            Totals.OfStep total = findings.totals().steps().get(index);
            FirstExhaustion first = findings.recording().firstExhaustionOf(index);
            double elapsed = findings.recording().end() != null
                    ? planned.durationSeconds()
                    : Math.min(planned.durationSeconds(), findings.totals().recordedSeconds() - planned.startSeconds());
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
                    findings.plan().ownTarget() && planned.outcome() != null
                            ? planned.outcome().exhausted()
                            : null,
                    seconds(planned.secondsToFirstExhaustion()),
                    first == null ? null : seconds(first.secondsIntoStep()),
                    total.ok() == 0 ? null : round(total.okMillis() / (double) total.ok(), 3, 0),
                    findings.plan().isVirtual() ? null : total.lateMillis(),
                    findings.states().get(index)));
        }
        return steps;
    }

    // A change that leaves the threshold where it is, or lowers it, is no remedy of these limits.
    private static List<RunResult.Remedy> remedies(RunPlan plan) {
        List<RunResult.Remedy> remedies = new ArrayList<>();
        if (plan.portsPerCall() > 0) {
            double today = plan.profile().capacity(plan.portsPerCall()).thresholdCallsPerSecond();
            for (Profile.Remedy remedy : plan.profile().remedies()) {
                double after = Profile.capacity(remedy, plan.portsPerCall()).thresholdCallsPerSecond();
                if (after > today) {
                    remedies.add(new RunResult.Remedy(remedy.name(), round(after, 3, 5)));
                }
            }
        }
        return remedies;
    }

    private static double rate(Findings findings, int step) {
        return findings.plan().steps().get(step).offeredCallsPerSecond();
    }

    private static @Nullable Double rateOf(Findings findings, @Nullable Integer step) {
        return step == null ? null : rate(findings, step);
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
        return Wording.decimal(value, decimals, digits).doubleValue();
    }
}
