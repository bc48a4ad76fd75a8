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
        String apart = apart(analysis);
        if (apart != null) {
            return apart;
        }
        Integer saturated = analysis.saturated();
        if (saturated != null && analysis.measured() == null) {
            return "no call was refused in the measured part of the saturated step, at "
                    + analysis.offeredWords(saturated) + ", where "
                    + Format.exact(predicted) + " calls/s was predicted";
        }
        Integer tooLow = exhaustedTooLow(analysis);
        if (tooLow != null) {
            return "calls were refused at " + analysis.offeredWords(tooLow) + ", below the predicted "
                    + Format.exact(predicted);
        }
        return notExhausted(analysis, predicted);
    }

    /** That calls were refused for another reason than the one that is predicted, or where none is; {@code null} if none was. */
    static @Nullable String otherFailure(Analysis analysis) {
        if (analysis.predicted() == null) {
            Integer peak = analysis.totals().run().peakTimeWait();
            int most = analysis.plan().calls().mostTimeWait();
            // A table that is read while connections come and go is not exact.
            if (peak != null && peak > most * (1 + analysis.plan().clock().tolerancePercent() / 100)) {
                return Format.count(peak) + " ports were in TIME_WAIT at once, where no more than " + Format.count(most)
                        + " should be";
            }
            return analysis.totals().run().exhausted() == 0
                    ? null
                    : Format.calls(analysis.totals().run().exhausted()) + " refused with no free port, where "
                            + (analysis.plan().calls().portsPerCall() > 0
                                    ? analysis.plan().whyNoThreshold()
                                    : "no call should use one up");
        }
        return analysis.heldBy() == HeldBy.LIVE && !analysis.plan().limits().ofLiveConnections()
                ? "live connections held the ports, not TIME_WAIT: " + heldByLive(analysis)
                : null;
    }

    /** How many ports live connections held. */
    static String heldByLive(Analysis analysis) {
        Analysis.HeldPorts held = analysis.held();
        return Format.count(Math.round(held == null ? 0 : held.live())) + " of "
                + Format.count(analysis.plan().limits().effectivePorts()) + " on average when calls were refused";
    }

    /**
     * The first step that was exhausted although its rate is below the threshold by more than the tolerance. Only steps up to
     * the first one above the threshold count: that one leaves full ports to the next.
     */
    static @Nullable Integer exhaustedTooLow(Analysis analysis) {
        Double predicted = analysis.predicted();
        for (int step = 0; predicted != null && step < analysis.states().size(); step++) {
            if (analysis.offered(step) > predicted) {
                return null;
            }
            if (analysis.offered(step) < predicted * (1 - tolerance(analysis))
                    && analysis.states().get(step) == State.EXHAUSTED) {
                return step;
            }
        }
        return null;
    }

    /** The first step above the threshold has to be refused calls, unless it might just not be. */
    private static @Nullable String notExhausted(Analysis analysis, double predicted) {
        int step = 0;
        while (step < analysis.states().size() && analysis.offered(step) <= predicted) {
            step++;
        }
        if (step == analysis.states().size() || analysis.states().get(step) == State.EXHAUSTED) {
            return null;
        }
        PlannedStep planned = analysis.plan().steps().get(step);
        Double seconds = planned.secondsToFirstExhaustion();
        // So much later it would be if the pool were larger by the tolerance.
        double tolerance = tolerance(analysis)
                * predicted
                * analysis.plan().limits().profile().timeWaitSeconds()
                / (analysis.offered(step) - (step == 0 ? 0 : analysis.offered(step - 1)));
        return seconds == null || seconds + tolerance >= planned.durationSeconds()
                ? null
                : "no call was refused at " + analysis.offeredWords(step) + ", where the first was predicted after "
                        + Format.seconds(seconds);
    }

    /** That the threshold is not the predicted one; {@code null} if it is. */
    static @Nullable String apart(Analysis analysis) {
        Double measured = analysis.measured();
        Double predicted = analysis.predicted();
        Double error = analysis.errorPercent();
        if (measured == null || predicted == null || !analysis.isApart()) {
            return null;
        }
        return "measured " + Format.exact(measured) + " calls/s is " + Format.percent(error == null ? 0 : error)
                + (measured < predicted ? " below" : " above") + " the predicted " + Format.exact(predicted);
    }

    private static double tolerance(Analysis analysis) {
        return analysis.plan().clock().tolerancePercent() / 100;
    }
}
