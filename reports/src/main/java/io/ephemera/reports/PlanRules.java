package io.ephemera.reports;

import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must be true of a plan before it can be judged. A plan may come from a file that somebody edited. */
final class PlanRules {

    // Rounding of start + duration, relative to the length of the run.
    private static final double GAP = 1e-6;

    private static final int MOST_POOLS = 1000;

    private PlanRules() {}

    /** @throws IllegalArgumentException if the plan contradicts itself; the message is one line */
    static void check(RunPlan plan) {
        text("runId", plan.runId());
        text("simulation", plan.simulation());
        text("stack", plan.stack());
        present("time", plan.time());
        text("pattern", plan.pattern());
        text("patternReason", plan.patternReason());
        plan.remedies().forEach(remedy -> text("remedies", remedy));
        text("target", plan.target());
        present("profile", plan.profile());
        text("profile.name", plan.profile().name());
        present("profile.range", plan.profile().range());
        present("profile.timeWait", plan.profile().timeWait());
        present("profile.scope", plan.profile().scope());
        present("startedAt", plan.startedAt());
        check(plan.pools() >= 1 && plan.pools() <= MOST_POOLS, "pools", plan.pools());
        int ports = plan.profile().range().size() * plan.pools();
        check(plan.effectivePorts() >= 1 && plan.effectivePorts() <= ports, "effectivePorts", plan.effectivePorts());
        check(positive(plan.speedup()), "speedup", plan.speedup());
        if (plan.isVirtual()) {
            check(plan.speedup() == 1, "speedup in virtual time", plan.speedup());
            check(plan.effectivePorts() == ports, "effectivePorts in virtual time", plan.effectivePorts());
        }
        check(plan.portsPerCall() == 0 || positive(plan.portsPerCall()), "portsPerCall", plan.portsPerCall());
        check(plan.legsPerCall() >= 1, "legsPerCall", plan.legsPerCall());
        double slices = plan.slicesPerTimeWait();
        boolean windowed = plan.steps().stream().anyMatch(step -> step.windows() > 0);
        check(
                positive(slices) && (slices == Math.rint(slices) || (slices < 1 && !windowed)),
                "slicesPerTimeWait",
                slices);
        steps(plan.steps());
        Double required = plan.requiredCallsPerSecond();
        if (required != null) {
            check(positive(required), "requiredCallsPerSecond", required);
            check(
                    plan.steps().stream().anyMatch(step -> step.kind() == Kind.REQUIRED),
                    "requiredCallsPerSecond without a step at this rate",
                    required);
        }
    }

    private static void steps(List<PlannedStep> steps) {
        check(!steps.isEmpty(), "number of steps", 0);
        double end = 0;
        for (int index = 0; index < steps.size(); index++) {
            PlannedStep step = steps.get(index);
            String name = "steps[" + index + "].";
            present(name + "kind", step.kind());
            check(positive(step.offeredCallsPerSecond()), name + "offeredCallsPerSecond", step.offeredCallsPerSecond());
            check(positive(step.durationSeconds()), name + "durationSeconds", step.durationSeconds());
            check(
                    Math.abs(step.startSeconds() - end) <= GAP * (end + step.durationSeconds()),
                    name + "startSeconds",
                    step.startSeconds());
            check(step.calls() >= 0, name + "calls", step.calls());
            check(
                    step.settleSeconds() >= 0 && Double.isFinite(step.settleSeconds()),
                    name + "settleSeconds",
                    step.settleSeconds());
            check(step.windows() >= 0, name + "windows", step.windows());
            PlannedStep.Outcome outcome = step.outcome();
            check(
                    outcome == null
                            || (outcome.ok() >= 0
                                    && outcome.exhausted() >= 0
                                    && outcome.ok() + outcome.exhausted() == step.calls()),
                    name + "outcome",
                    String.valueOf(outcome));
            Double exhaustion = step.secondsToFirstExhaustion();
            check(
                    exhaustion == null || (exhaustion >= 0 && Double.isFinite(exhaustion)),
                    name + "secondsToFirstExhaustion",
                    String.valueOf(exhaustion));
            end = step.startSeconds() + step.durationSeconds();
        }
        long saturated =
                steps.stream().filter(step -> step.kind() == Kind.SATURATED).count();
        check(saturated <= 1, "number of saturated steps", saturated);
    }

    private static boolean positive(double value) {
        return value > 0 && Double.isFinite(value);
    }

    private static void text(String name, @Nullable String value) {
        check(value != null && !value.isEmpty(), name, "empty");
    }

    private static void present(String name, @Nullable Object value) {
        check(value != null, name, "missing");
    }

    private static void check(boolean holds, String name, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("a plan can't be judged: " + name + " is " + value);
        }
    }
}
