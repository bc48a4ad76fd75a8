package io.ephemera.simulations.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is wrong with a run. */
final class Complaints {

    private final WholeRun run;
    private final List<String> all = new ArrayList<>();

    Complaints(WholeRun run) {
        this.run = run;
    }

    List<String> all() {
        return all;
    }

    void add(String complaint) {
        all.add(complaint);
    }

    void check(boolean right, String complaint) {
        if (!right) {
            all.add(complaint);
        }
    }

    void same(@Nullable Object expected, @Nullable Object said, String what) {
        check(Objects.equals(expected, said), what + ": " + said + ", in truth " + expected);
    }

    interface Refused {
        long in(int step);
    }

    /** Whether calls of the required step were refused; {@code null} if nothing is required. */
    static @Nullable Boolean refusedInRequired(RunPlan plan, Refused refused) {
        for (int step = 0; step < plan.steps().size(); step++) {
            if (plan.steps().get(step).kind() == PlannedStep.Kind.REQUIRED) {
                return refused.in(step) > 0;
            }
        }
        return null;
    }

    void conclusive(JsonNode result, boolean refused, @Nullable Boolean inRequired) {
        same(refused ? "exhausted" : "sustained", result.at("/verdict").asText(), "verdict, " + reasons(result));
        same(Boolean.TRUE.equals(inRequired) ? 1 : 0, run.exitCode(), "exit code, " + reason(result));
        same(0, result.at("/reasons").size(), "doubts");
        String right = inRequired == null
                ? "as predicted"
                : inRequired ? " calls/s required, but " : "is sustained, as required";
        check(reason(result).contains(right), "wrong reason: " + reason(result));
    }

    private static String reason(JsonNode result) {
        return result.at("/verdictReason").asText();
    }

    static List<String> reasons(JsonNode result) {
        List<String> reasons = new ArrayList<>();
        result.at("/reasons").forEach(reason -> reasons.add(reason.asText()));
        return reasons;
    }
}
