package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Outcome;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.CallByCall.Difference;
import org.jspecify.annotations.Nullable;

/** Holds a run in virtual time against its plan: to the call, without any tolerance. */
final class CallComparison {

    private CallComparison() {}

    /** Which calls did not become what was planned, and what that means, in one sentence; {@code null} if each did. */
    static @Nullable String difference(Analysis analysis) {
        RunEnd end = analysis.recording().end();
        CallByCall calls = end == null ? null : end.callByCall();
        if (calls != null && calls.different() > 0) {
            return different(calls);
        }
        if (!analysis.plan().target().own()) {
            // The plan has connections of no life there; calls are compared with the life that each connection had.
            return null;
        }
        for (int step = 0; step < analysis.plan().steps().size(); step++) {
            PlannedStep planned = analysis.plan().steps().get(step);
            Totals.OfStep counted = analysis.totals().steps().get(step);
            Outcome outcome = planned.outcome();
            if (outcome != null && (counted.ok() != outcome.ok() || counted.exhausted() != outcome.exhausted())) {
                return "at " + Wording.offered(planned.offeredCallsPerSecond()) + " calls/s "
                        + Wording.calls(counted.ok()) + " went well and " + Wording.count(counted.exhausted())
                        + " found no port, where " + Wording.count(outcome.ok()) + " and "
                        + Wording.count(outcome.exhausted()) + " were planned";
            }
        }
        return null;
    }

    private static String different(CallByCall calls) {
        Difference first = calls.first();
        String count = Wording.calls(calls.different()) + " did not become what was planned";
        if (first == null) {
            return count;
        }
        boolean wasToGoWell = first.planned().equals(CallByCall.OK);
        return count + ": " + (calls.different() == 1 ? "" : "the first, ") + "call " + Wording.count(first.call())
                + ", due at " + Wording.setSeconds(first.seconds()) + " (modelled), was to "
                + (wasToGoWell ? "go well" : "find no port") + " and "
                + (first.measured().equals(CallByCall.OK) ? "went well" : "found no port") + "; "
                + (wasToGoWell
                        ? "calls before it have taken more ports, or longer, than planned"
                        : "calls before it have taken fewer ports, or shorter, than planned");
    }

    /** Why the run is not as predicted, in one sentence; {@code null} if it is. */
    static @Nullable String mismatch(Analysis analysis) {
        String difference = difference(analysis);
        return difference == null ? ThresholdComparison.otherFailure(analysis) : difference;
    }

    /** The threshold for the life that connections to a foreign target had; {@code null} where there is none to tell. */
    static @Nullable Double withLife(Analysis analysis) {
        RunEnd end = analysis.recording().end();
        Double life = end == null ? null : end.meanLifeSeconds();
        RunPlan plan = analysis.plan();
        return life == null || plan.target().own() || !plan.clock().virtual() ? null : plan.thresholdWithLife(life);
    }

    /** The threshold that was predicted and the one that was measured. */
    static String thresholds(Analysis analysis, double predicted, double measured) {
        RunEnd end = analysis.recording().end();
        Double life = end == null ? null : end.meanLifeSeconds();
        Double withLife = withLife(analysis);
        String text = "predicted " + Wording.exact(predicted) + " calls/s"
                + (life == null || withLife == null ? "" : ", " + Wording.withLife(life, withLife)) + ", measured "
                + Wording.exact(measured);
        return withLife == null && !Wording.exact(predicted).equals(Wording.exact(measured))
                ? text + " (ports and calls are whole)"
                : text;
    }
}
