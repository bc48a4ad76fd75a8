package io.ephemera.reports;

import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunResult.HeldBy;
import io.ephemera.reports.RunResult.State;
import org.jspecify.annotations.Nullable;

/** Holds what a trustworthy run on the wall shows against what was predicted. */
final class Prediction {

    private Prediction() {}

    /** Why the run is not as predicted, in one sentence; {@code null} if it is. */
    static @Nullable String mismatch(Findings findings) {
        String other = otherFailure(findings);
        Double predicted = findings.predicted();
        if (predicted == null || other != null) {
            return other;
        }
        Double measured = findings.measured();
        if (measured != null && findings.isApart()) {
            return apart(findings, measured, predicted);
        }
        Integer saturated = findings.saturated();
        if (saturated != null && measured == null) {
            return "no call was refused in the measured part of the saturated step, at "
                    + Wording.offered(offered(findings, saturated)) + " calls/s, where "
                    + Wording.exact(predicted) + " calls/s was predicted";
        }
        Integer tooLow = exhaustedTooLow(findings);
        if (tooLow != null) {
            return "calls were refused at " + Wording.offered(offered(findings, tooLow))
                    + " calls/s, below the predicted " + Wording.exact(predicted);
        }
        return notExhausted(findings, predicted);
    }

    /** That calls were refused for another reason than the one that is predicted, or where none is; {@code null} if none was. */
    static @Nullable String otherFailure(Findings findings) {
        if (findings.predicted() == null) {
            Integer peak = findings.totals().peakTimeWait();
            int most = findings.plan().mostTimeWait();
            if (peak != null && peak > most) {
                return Wording.count(peak) + " ports were in TIME_WAIT at once, where no more than "
                        + Wording.count(most) + " should be";
            }
            return findings.totals().exhausted() == 0
                    ? null
                    : Wording.calls(findings.totals().exhausted()) + " refused for want of a port, where "
                            + (findings.plan().portsPerCall() > 0
                                    ? findings.plan().whyNoThreshold()
                                    : "no call should use one up");
        }
        return findings.heldBy() == HeldBy.LIVE
                ? "live connections held the ports, not TIME_WAIT: " + heldByLive(findings)
                : null;
    }

    /** How many ports live connections held. */
    static String heldByLive(Findings findings) {
        Double live = findings.liveAtExhaustion();
        return Wording.count(Math.round(live == null ? 0 : live)) + " of "
                + Wording.count(findings.plan().effectivePorts()) + " on average when calls were refused";
    }

    /**
     * The first step that was exhausted although its rate is below the threshold by more than the tolerance. Only steps up to
     * the first one above the threshold count: that one leaves full ports to the next.
     */
    static @Nullable Integer exhaustedTooLow(Findings findings) {
        Double predicted = findings.predicted();
        for (int step = 0; predicted != null && step < findings.states().size(); step++) {
            if (offered(findings, step) > predicted) {
                return null;
            }
            if (offered(findings, step) < predicted * (1 - apart(findings))
                    && findings.states().get(step) == State.EXHAUSTED) {
                return step;
            }
        }
        return null;
    }

    private static @Nullable String notExhausted(Findings findings, double predicted) {
        double settled = 0;
        for (int step = 0; step < findings.states().size(); step++) {
            PlannedStep planned = findings.plan().steps().get(step);
            Double seconds = planned.secondsToFirstExhaustion();
            if (planned.offeredCallsPerSecond() > predicted) {
                if (seconds == null || findings.states().get(step) == State.EXHAUSTED) {
                    return null;
                }
                // So much later it would be if the pool were larger by the tolerance.
                double tolerance = apart(findings)
                        * predicted
                        * findings.plan().profile().timeWaitSeconds()
                        / (planned.offeredCallsPerSecond() - settled);
                return seconds + tolerance >= planned.durationSeconds()
                        ? null
                        : "no call was refused at " + Wording.offered(planned.offeredCallsPerSecond())
                                + " calls/s, where the first was predicted after " + Wording.seconds(seconds);
            }
            settled = planned.offeredCallsPerSecond();
        }
        return null;
    }

    private static String apart(Findings findings, double measured, double predicted) {
        Double error = findings.errorPercent();
        return "measured " + Wording.exact(measured) + " calls/s is " + Wording.percent(error == null ? 0 : error)
                + (measured < predicted ? " below" : " above") + " the predicted " + Wording.exact(predicted);
    }

    private static double apart(Findings findings) {
        return findings.plan().apartPercent() / 100;
    }

    private static double offered(Findings findings, int step) {
        return findings.plan().steps().get(step).offeredCallsPerSecond();
    }
}
