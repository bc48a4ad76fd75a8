package io.ephemera.reports;

import io.ephemera.reports.Particulars.Runaway;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds a run whose program is to find no port to bind, from one call on, against that prediction: to the call. That calls in between
 * went well would be a fault of the run, which the stack finds; so as many have gone well as came before.
 */
final class RunawayJudge {

    private RunawayJudge() {}

    /** Whether calls failed as they were to, and none for want of a port. */
    static boolean isFailing(Findings findings) {
        return findings.plan().runaway() != null
                && failed(findings) > 0
                && findings.totals().exhausted() == 0;
    }

    /** Calls that went well before all failed, predicted and measured. */
    static List<RunResult.Figure> figures(Findings findings) {
        Runaway predicted = findings.plan().runaway();
        if (predicted == null) {
            return List.of();
        }
        double good = predicted.goodCalls();
        Double measured = isFailing(findings) ? (double) findings.totals().ok() : null;
        return List.of(new RunResult.Figure(
                Runaway.FIGURE,
                "calls",
                good,
                measured,
                measured == null
                        ? null
                        : Wording.decimal(StoryJudge.errorPercent(good, measured), 3, 1)
                                .doubleValue(),
                0));
    }

    /** Why the run is not as predicted, in one sentence; {@code null} if it is. */
    static @Nullable String mismatch(Runaway predicted, Findings findings) {
        Totals totals = findings.totals();
        if (totals.exhausted() > 0) {
            return Wording.calls(totals.exhausted())
                    + " refused for want of a port, but the schedule predicts another failure: "
                    + from(predicted.goodCalls());
        }
        if (failed(findings) == 0) {
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
    static List<String> conclusions(Findings findings) {
        Runaway predicted = findings.plan().runaway();
        return predicted == null || !isFailing(findings)
                ? List.of()
                : List.of("that is no exhaustion: " + predicted.why());
    }

    private static long failed(Findings findings) {
        return Doubts.count(findings.totals().otherByKind(), Runaway.KIND);
    }

    static String from(long goodCalls) {
        return "every call fails from call " + Wording.count(goodCalls + 1) + " on";
    }
}
