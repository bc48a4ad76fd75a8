package io.ephemera.reports.page;

import io.ephemera.ports.map.PortMap;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.FirstExhaustion;
import io.ephemera.reports.Format;
import io.ephemera.reports.VerdictWords;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The page of a run that goes on, before it has any figure: those come as events.
 *
 * @param plan what is running
 */
public record LivePage(RunPlan plan) {

    /** Title of the page. */
    public String title() {
        return "Running: " + plan.identity().simulation() + ", "
                + plan.limits().profile().name();
    }

    /** The limits, in a line. */
    public String limits() {
        return plan.limits().profile() + ", " + plan.calls().pattern() + ", stack "
                + plan.limits().stack()
                + VerdictWords.with(plan.calls().remedies())
                + (plan.clock().virtual()
                        ? "; virtual time"
                        : "; " + Format.factor(plan.clock().speedup()) + " modelled seconds per wall-clock second");
    }

    /** Whether anybody can tell what each port is doing: only the model, without disturbing it. */
    public boolean hasMap() {
        return plan.clock().virtual();
    }

    /**
     * What there is to say right now, in a sentence or two.
     *
     * @param first the first refusal; {@code null} as long as there is none
     */
    public String headline(@Nullable FirstExhaustion first) {
        Double threshold = plan.thresholdCallsPerSecond();
        if (first == null) {
            return "No call was refused so far. "
                    + (threshold == null
                            ? "None is to be: " + plan.whyNoThreshold() + "."
                            : "Ports are predicted to run out above " + Format.exact(threshold) + " calls/s.");
        }
        RunPlan.Gateway gateway = plan.limits().gateway();
        return (gateway != null && gateway.binds()
                        ? "Connects time out, since the gateway has no free port: "
                        : "Calls are refused with no free port: ")
                + Format.offered(plan.steps().get(first.step()).offeredCallsPerSecond()) + " calls/s "
                + (threshold == null
                        ? "were to go well."
                        : "are more than the threshold, " + Format.exact(threshold) + ".");
    }

    /**
     * What to do now, in a sentence without an end.
     *
     * @param first the first refusal; {@code null} as long as there is none
     */
    public String next(@Nullable FirstExhaustion first) {
        if (first != null) {
            return "let it run to its end: then the verdict stands here, with what helps and the command that tries it";
        }
        return plan.steps().stream()
                .filter(step -> step.secondsToFirstExhaustion() != null)
                .findFirst()
                .map(step -> "nothing yet, watch the ports fill: the first refusal is predicted "
                        + Format.orNothing(step.secondsToFirstExhaustion(), Format::seconds) + " into the step of "
                        + Format.offered(step.offeredCallsPerSecond()) + " calls/s")
                .orElse("nothing: no refusal is predicted, and when the run ends the verdict stands here");
    }

    /** The moment at which the page changes: when it came, and when it was to come. */
    public PortMap.RefusalBanner firstRefusal(FirstExhaustion first) {
        PlannedStep step = plan.steps().get(first.step());
        Double predicted = step.secondsToFirstExhaustion();
        String message = first.message().replaceFirst("^.*Exception: ", "");
        return new PortMap.RefusalBanner(
                "FIRST REFUSAL " + Format.seconds(first.secondsIntoStep())
                        + (predicted == null ? "" : ", predicted " + Format.seconds(predicted)),
                "Counted from the start of the step of " + Format.offered(step.offeredCallsPerSecond()) + " calls/s. "
                        + message);
    }

    /** Rates of the steps. */
    public List<String> rates() {
        return IntStream.range(0, plan.steps().size())
                .mapToObj(step -> Format.offered(plan.steps().get(step).offeredCallsPerSecond()))
                .toList();
    }

    /** What the script draws before the first event. */
    public String data() {
        return ScriptJson.of(new Curves(plan, List.of()).data());
    }
}
