package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.reports.Story.PredictedFigure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds a run whose program is to find no port to bind, from one call on, against that prediction: to the call. That calls in between
 * went well would be a fault of the run, which the stack finds; so as many have gone well as came before.
 */
final class RunawayJudge {

    private RunawayJudge() {}

    /** Whether calls failed as they were to, and none for want of a port. */
    static boolean isFailing(Analysis analysis) {
        return analysis.plan().calls().runaway() != null
                && failed(analysis) > 0
                && analysis.totals().exhausted() == 0;
    }

    /** Calls that went well before all failed, predicted and measured. */
    static List<RunResult.Figure> figures(Analysis analysis) {
        Runaway predicted = analysis.plan().calls().runaway();
        if (predicted == null) {
            return List.of();
        }
        Double measured = isFailing(analysis) ? (double) analysis.totals().ok() : null;
        return List.of(
                StoryJudge.figure(new PredictedFigure(Runaway.FIGURE, "calls", predicted.goodCalls()), measured));
    }

    /** Why the run is not as predicted, in one sentence; {@code null} if it is. */
    static @Nullable String mismatch(Runaway predicted, Analysis analysis) {
        Totals totals = analysis.totals();
        if (totals.exhausted() > 0) {
            return Wording.calls(totals.exhausted())
                    + " refused for want of a port, but the schedule predicts another failure: "
                    + from(predicted.goodCalls());
        }
        if (failed(analysis) == 0) {
            return "no call failed, but the schedule predicts that " + from(predicted.goodCalls());
        }
        return totals.ok() == predicted.goodCalls()
                ? null
                : from(totals.ok()) + ", but the schedule predicts that they do from call "
                        + Wording.count(predicted.goodCalls() + 1) + " on";
    }

    /** That the run is as predicted. */
    static String asPredicted(Runaway predicted) {
        return "as predicted: " + from(predicted.goodCalls()) + ": " + predicted.why();
    }

    /** What a failing run has shown, in plain words. */
    static List<String> conclusions(Analysis analysis) {
        Runaway predicted = analysis.plan().calls().runaway();
        return predicted == null || !isFailing(analysis)
                ? List.of()
                : List.of("that is no exhaustion: " + predicted.why());
    }

    private static long failed(Analysis analysis) {
        return ValidityChecks.count(analysis.totals().otherByKind(), Runaway.KIND);
    }

    static String from(long goodCalls) {
        return "every call fails from call " + Wording.count(goodCalls + 1) + " on";
    }
}
