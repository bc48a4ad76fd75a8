package io.ephemera.reports.page;

import io.ephemera.ports.map.PortMap;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.FirstExhaustion;
import io.ephemera.reports.Format;
import io.ephemera.reports.VerdictWords;
import java.util.List;
import java.util.stream.IntStream;

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

    /** The prediction, as a sentence. */
    public String prediction() {
        Double threshold = plan.thresholdCallsPerSecond();
        return threshold == null
                ? "No threshold is predicted: " + plan.whyNoThreshold() + "."
                : "Ports are predicted to run out above " + Format.exact(threshold) + " calls/s.";
    }

    /** The moment at which the page changes: when it came, and when it was to come. */
    public PortMap.FirstRefusal firstRefusal(FirstExhaustion first) {
        PlannedStep step = plan.steps().get(first.step());
        Double predicted = step.secondsToFirstExhaustion();
        String message = first.message().replaceFirst("^.*Exception: ", "");
        return new PortMap.FirstRefusal(
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
