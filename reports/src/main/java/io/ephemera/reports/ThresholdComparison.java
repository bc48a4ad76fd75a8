package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.State;
import org.jspecify.annotations.Nullable;

/** Holds what a trustworthy run in wall-clock time shows against what was predicted. */
final class ThresholdComparison {

    private ThresholdComparison() {}

    /** Why the run is not as predicted, in one sentence; {@code null} if it is. */
    static @Nullable String mismatch(Analysis analysis) {
        String other = otherFailure(analysis);
        Double predicted = analysis.predicted();
        if (predicted == null || other != null) {
            return other;
        }
        Double measured = analysis.measured();
        if (measured != null && analysis.isApart()) {
            return apart(analysis, measured, predicted);
        }
        Integer saturated = analysis.saturated();
        if (saturated != null && measured == null) {
            return "no call was refused in the measured part of the saturated step, at "
                    + Format.offered(offered(analysis, saturated)) + " calls/s, where "
                    + Format.exact(predicted) + " calls/s was predicted";
        }
        Integer tooLow = exhaustedTooLow(analysis);
        if (tooLow != null) {
            return "calls were refused at " + Format.offered(offered(analysis, tooLow))
                    + " calls/s, below the predicted " + Format.exact(predicted);
        }
        return notExhausted(analysis, predicted);
    }

    /** That calls were refused for another reason than the one that is predicted, or where none is; {@code null} if none was. */
    static @Nullable String otherFailure(Analysis analysis) {
        if (analysis.predicted() == null) {
            Integer peak = analysis.totals().peakTimeWait();
            int most = analysis.plan().calls().mostTimeWait();
            // A table that is read while connections come and go is not exact.
            if (peak != null && peak > most * (1 + analysis.plan().clock().tolerancePercent() / 100)) {
                return Format.count(peak) + " ports were in TIME_WAIT at once, where no more than " + Format.count(most)
                        + " should be";
            }
            return analysis.totals().exhausted() == 0
                    ? null
                    : Format.calls(analysis.totals().exhausted()) + " refused with no free port, where "
                            + (analysis.plan().calls().portsPerCall() > 0
                                    ? analysis.plan().whyNoThreshold()
                                    : "no call should use one up");
        }
        return analysis.heldBy() == HeldBy.LIVE
                ? "live connections held the ports, not TIME_WAIT: " + heldByLive(analysis)
                : null;
    }

    /** How many ports live connections held. */
    static String heldByLive(Analysis analysis) {
        Double live = analysis.liveAtExhaustion();
        return Format.count(Math.round(live == null ? 0 : live)) + " of "
                + Format.count(analysis.plan().limits().effectivePorts()) + " on average when calls were refused";
    }

    /**
     * The first step that was exhausted although its rate is below the threshold by more than the tolerance. Only steps up to
     * the first one above the threshold count: that one leaves full ports to the next.
     */
    static @Nullable Integer exhaustedTooLow(Analysis analysis) {
        Double predicted = analysis.predicted();
        for (int step = 0; predicted != null && step < analysis.states().size(); step++) {
            if (offered(analysis, step) > predicted) {
                return null;
            }
            if (offered(analysis, step) < predicted * (1 - apart(analysis))
                    && analysis.states().get(step) == State.EXHAUSTED) {
                return step;
            }
        }
        return null;
    }

    private static @Nullable String notExhausted(Analysis analysis, double predicted) {
        double settled = 0;
        for (int step = 0; step < analysis.states().size(); step++) {
            PlannedStep planned = analysis.plan().steps().get(step);
            Double seconds = planned.secondsToFirstExhaustion();
            if (planned.offeredCallsPerSecond() > predicted) {
                if (seconds == null || analysis.states().get(step) == State.EXHAUSTED) {
                    return null;
                }
                // So much later it would be if the pool were larger by the tolerance.
                double tolerance = apart(analysis)
                        * predicted
                        * analysis.plan().limits().profile().timeWaitSeconds()
                        / (planned.offeredCallsPerSecond() - settled);
                return seconds + tolerance >= planned.durationSeconds()
                        ? null
                        : "no call was refused at " + Format.offered(planned.offeredCallsPerSecond())
                                + " calls/s, where the first was predicted after " + Format.seconds(seconds);
            }
            settled = planned.offeredCallsPerSecond();
        }
        return null;
    }

    private static String apart(Analysis analysis, double measured, double predicted) {
        Double error = analysis.errorPercent();
        return "measured " + Format.exact(measured) + " calls/s is " + Format.percent(error == null ? 0 : error)
                + (measured < predicted ? " below" : " above") + " the predicted " + Format.exact(predicted);
    }

    private static double apart(Analysis analysis) {
        return analysis.plan().clock().tolerancePercent() / 100;
    }

    private static double offered(Analysis analysis, int step) {
        return analysis.plan().steps().get(step).offeredCallsPerSecond();
    }
}
