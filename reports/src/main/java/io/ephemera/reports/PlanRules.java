package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.ports.run.RunPlan;
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
        text("runId", plan.identity().runId());
        text("simulation", plan.identity().simulation());
        text("stack", plan.limits().stack());
        present("time", plan.clock().time());
        text("pattern", plan.calls().pattern());
        text("patternReason", plan.calls().patternReason());
        plan.calls().remedies().forEach(remedy -> text("remedies", remedy));
        text("target", plan.target().url());
        present("profile", plan.limits().profile());
        text("profile.name", plan.limits().profile().name());
        present("profile.range", plan.limits().profile().range());
        present("profile.timeWait", plan.limits().profile().timeWait());
        present("profile.scope", plan.limits().profile().scope());
        present("startedAt", plan.identity().startedAt());
        check(
                plan.limits().pools() >= 1 && plan.limits().pools() <= MOST_POOLS,
                "pools",
                plan.limits().pools());
        int ports = plan.limits().profile().range().size() * plan.limits().pools();
        check(
                plan.limits().effectivePorts() >= 1 && plan.limits().effectivePorts() <= ports,
                "effectivePorts",
                plan.limits().effectivePorts());
        check(positive(plan.clock().speedup()), "speedup", plan.clock().speedup());
        if (plan.clock().virtual()) {
            check(
                    plan.clock().speedup() == 1,
                    "speedup in virtual time",
                    plan.clock().speedup());
            check(
                    plan.limits().effectivePorts() == ports,
                    "effectivePorts in virtual time",
                    plan.limits().effectivePorts());
        }
        check(
                plan.calls().portsPerCall() == 0 || positive(plan.calls().portsPerCall()),
                "portsPerCall",
                plan.calls().portsPerCall());
        check(plan.calls().legsPerCall() >= 1, "legsPerCall", plan.calls().legsPerCall());
        double slices = plan.clock().slicesPerTimeWait();
        boolean windowed = plan.steps().stream().anyMatch(step -> step.steady().windows() > 0);
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
                    step.steady().settleSeconds() >= 0
                            && Double.isFinite(step.steady().settleSeconds()),
                    name + "settleSeconds",
                    step.steady().settleSeconds());
            check(step.steady().windows() >= 0, name + "windows", step.steady().windows());
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
