package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.RunResult.HeldBy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands against a run in wall-clock time, where a kernel's timers hold the ports: calls that came late or not at all, a speedup that
 * is too high for the target, and too little that was measured. In virtual time there is nothing of that.
 */
final class WallClockChecks {

    /** A generator that starts fewer calls than it was told, by this share, is off by as much as is to be told apart. */
    static final double MISSING_CALLS_SHARE = Analysis.APART_PERCENT / 100;
    /** Behind schedule by this much in half of the slices is no pause: the generator does not catch up. In wall-clock ms. */
    static final double LATE_MILLIS = 50;
    /** A pause of the JVM or of the machine this long is ordinary and evens out. In wall-clock milliseconds. */
    static final double PAUSE_MILLIS = 200;
    /** A longer pause evens out as well, while it is a small part of a TIME_WAIT. */
    static final double PAUSE_SHARE = 0.2;
    /**
     * TIME_WAIT occupancy counts the calls of one TIME_WAIT: starts late by this share of it make at most so many more. The
     * default staircase has its last sustained step 3.5 % below the threshold.
     */
    static final double LATE_SHARE = 0.02;
    /** Where several things explain a difference together, so much of it may be left over: half of what is to be told apart. */
    static final double UNEXPLAINED_SHARE = Analysis.APART_PERCENT / 200;
    /** A life times speedup above this share of TIME_WAIT moves the threshold by as much. */
    static final double LIFE_SHARE = 0.001;

    /** Connections that live longer than they are to by this share hold so many more ports. */
    static final double SLOW_SHARE = 0.1;

    private final Analysis analysis;
    private final Totals totals;
    private final RunPlan plan;
    private final double speedup;
    private final double timeWaitSeconds;
    private final double timeWaitMillis;
    private final List<String> doubts;

    /** @param doubts those that there are already, to which these are added */
    WallClockChecks(Analysis analysis, List<String> doubts) {
        this.analysis = analysis;
        this.totals = analysis.totals();
        this.plan = analysis.plan();
        this.speedup = plan.clock().speedup();
        this.timeWaitSeconds = plan.limits().profile().timeWaitSeconds();
        this.timeWaitMillis = timeWaitSeconds / speedup * 1e3;
        this.doubts = doubts;
    }

    /** @param end {@code null} for a partial run */
    void add(@Nullable RunEnd end) {
        live();
        if (end != null && doubts.isEmpty() && !bunched() && !nearThreshold()) {
            disturbed();
        }
        if (end != null) {
            successes();
        }
    }

    /**
     * Whether other processes took ports during the run: calls of the saturated step were refused while fewer ports were ours than
     * there were at the start.
     */
    void takenElsewhere() {
        Double predicted = analysis.predicted();
        Double measured = analysis.measured();
        Integer saturated = analysis.saturated();
        if (!analysis.isApart() || saturated == null || measured == null || predicted == null) {
            return;
        }
        double taken = analysis.total(saturated).meanFreeWhenExhausted();
        double share = taken / plan.limits().effectivePorts();
        double most = plan.clock().tolerancePercent() / 100;
        if (share > most && measured < predicted && 1 - measured / predicted <= share + most) {
            doubts.add("other processes took ports during the run, about " + Format.count(Math.round(taken)) + " of "
                    + Format.count(plan.limits().effectivePorts()) + " when calls were refused: "
                    + Format.exact(predicted * (1 - share))
                    + " calls/s are predicted for those that were left, measured "
                    + Format.exact(measured));
        }
    }

    /** Whether the required rate is nearer to the threshold than a kernel's timers are exact. */
    private boolean nearThreshold() {
        Double predicted = analysis.predicted();
        Double required = plan.requiredCallsPerSecond();
        double percent = predicted == null || required == null ? 100 : Math.abs(required / predicted - 1) * 100;
        boolean near = percent <= plan.clock().tolerancePercent() + Analysis.ROUNDING;
        if (near && required != null) {
            doubts.add(Format.offered(required) + " calls/s is required, " + Format.percent(percent)
                    + " from the threshold: on a kernel's own stack that is as near as its timers are exact, "
                    + Format.percent(plan.clock().tolerancePercent()) + "; stack model tells calls from one another");
        }
        return near;
    }

    /** Whether calls came when they were to, or at all. */
    void generator(RunEnd end) {
        long unended = end.gatling().unended();
        long planned = analysis.plannedCalls();
        boolean notKept = planned - end.gatling().injectedCalls() > MISSING_CALLS_SHARE * planned;
        int worst = 0;
        for (int step = 0; step < plan.steps().size(); step++) {
            Totals.CallSums total = analysis.total(step);
            long calls = plan.steps().get(step).calls();
            notKept |= calls - total.ended() - unended > MISSING_CALLS_SHARE * calls;
            notKept |= total.usualLateMillis() > lateLimitMillis(step);
            notKept |= total.lateMillis() > Math.max(PAUSE_MILLIS, PAUSE_SHARE * lengthMillis(step));
            worst = keptShare(step, unended) < keptShare(worst, unended) ? step : worst;
        }
        if (notKept) {
            doubts.add(generatorDoubt(worst, unended));
        }
    }

    private String generatorDoubt(int step, long unended) {
        long calls = plan.steps().get(step).calls();
        Totals.CallSums total = analysis.total(step);
        return "the generator could not keep the offered rate: " + analysis.offeredWords(step) + " offered, "
                + Format.exact(analysis.offered(step) * keptShare(step, unended)) + " achieved ("
                + Format.count(Math.min(calls, total.ended() + unended)) + " of " + Format.calls(calls)
                + ", the latest " + Format.millis(total.lateMillis()) + " behind schedule, "
                + Format.millis(Math.round(lateLimitMillis(step))) + " allowed)" + lowerSpeedup();
    }

    // Calls that were started, over the time that it took.
    private double keptShare(int step, long unended) {
        PlannedStep planned = plan.steps().get(step);
        Totals.CallSums total = analysis.total(step);
        double started = planned.calls() == 0 ? 1 : Math.min(1, (total.ended() + unended) / (double) planned.calls());
        double lateSeconds = total.lateMillis() / 1e3 * speedup;
        return started * planned.durationSeconds() / (planned.durationSeconds() + lateSeconds);
    }

    private double lateLimitMillis(int step) {
        return Math.max(LATE_MILLIS, LATE_SHARE * lengthMillis(step));
    }

    /** Of a TIME_WAIT, or of a step that is shorter: what comes late in it is missing from its rate. */
    private double lengthMillis(int step) {
        return Math.min(timeWaitSeconds, plan.steps().get(step).durationSeconds()) / speedup * 1e3;
    }

    /** Whether a step below the threshold, or where there is none, was exhausted because late starts came together. */
    private boolean bunched() {
        boolean noThreshold = analysis.predicted() == null;
        Integer step = noThreshold ? analysis.firstExhausted() : ThresholdComparison.exhaustedTooLow(analysis);
        if (step == null) {
            return false;
        }
        long late = totals.steps().subList(0, step + 1).stream()
                .mapToLong(Totals.CallSums::lateMillis)
                .max()
                .orElse(0);
        // Where connections are shared, calls that come together open one each.
        double portsPerSecond =
                analysis.offered(step) * (noThreshold ? 1 : plan.calls().portsPerCall());
        double used = noThreshold ? 0 : portsPerSecond * timeWaitSeconds;
        boolean bunched = late / 1e3 * speedup * portsPerSecond >= plan.limits().effectivePorts() - used;
        if (bunched) {
            doubts.add("calls were refused at " + analysis.offeredWords(step)
                    + (noThreshold ? ", where none should be" : ", below the threshold") + ", but starts came up to "
                    + Format.millis(late) + " late and then together, which alone fills the ports" + lowerSpeedup());
        }
        return bunched;
    }

    /**
     * Whether measured and predicted are apart by no more than what the machine did, all together, can come to. Successes times
     * TIME_WAIT are the ports in use, on average: calls that take longer, ports that lie idle and starts that come late are missing
     * from what was measured. Late starts alone can also come together and make it more.
     */
    private void disturbed() {
        Integer saturated = analysis.saturated();
        Double measured = analysis.measured();
        Double predicted = analysis.predicted();
        if (!analysis.isApart() || saturated == null || measured == null || predicted == null) {
            return;
        }
        Totals.CallSums step = analysis.total(saturated);
        Double lifeMillis = step.meanOkMillis();
        double life = lifeMillis == null ? 0 : lifeMillis / timeWaitMillis;
        double late = step.lateMillis() / (totals.windows().recorded() * timeWaitMillis);
        if (late >= MISSING_CALLS_SHARE) {
            // Such a pause may be one of many.
            late = step.lateMillisOfSlices() * plan.clock().slicesPerTimeWait() / (step.slices() * timeWaitMillis);
        }
        double idle = totals.windows().idlePorts() / plan.limits().effectivePorts();
        double share = measured < predicted ? life + late + idle : late;
        if (share >= MISSING_CALLS_SHARE && Math.abs(1 - measured / predicted) <= share + UNEXPLAINED_SHARE) {
            doubts.add("the difference of measured and predicted is " + Format.percent(orZero(analysis.errorPercent()))
                    + ", and what the machine did may come to that: calls of the saturated step took "
                    + Format.millis(orZero(lifeMillis)) + " (" + Format.percent(life * 100)
                    + " of TIME_WAIT), starts came up to " + Format.millis(step.lateMillis()) + " late ("
                    + Format.percent(late * 100) + " of what is measured), " + Format.percent(idle * 100)
                    + " of the ports lay idle while no call was refused" + lowerSpeedup());
        }
    }

    /** Whether live connections hold the ports since their life counts as many times over as the speedup. */
    private void live() {
        if (plan.limits().ofLiveConnections()) {
            slow();
            return;
        }
        Double millis = totals.run().meanOkMillis();
        double life = orZero(millis) / timeWaitMillis;
        Analysis.HeldPorts held = analysis.held();
        if (held != null && analysis.heldBy() == HeldBy.LIVE && life > LIFE_SHARE) {
            double highest = LIFE_SHARE * speedup / life;
            doubts.add("this speedup is too high: a connection lives " + Format.millis(orZero(millis))
                    + ", which at speedup "
                    + Format.factor(speedup) + " counts as " + Format.seconds(life * timeWaitSeconds) + " ("
                    + Format.percent(life * 100) + " of TIME_WAIT, 0.1 % allowed); live connections held "
                    + ThresholdComparison.heldByLive(analysis) + "; "
                    + (highest >= 1
                            ? "up to speedup " + Format.factorBelow(highest) + " would do"
                            : "even speedup 1 is too high for this target: it is too slow"));
        } else if (analysis.heldBy() == HeldBy.TIME_WAIT && speedup > 1) {
            pause();
        }
    }

    /** Whether a step below the threshold was exhausted since connections have lived longer than they were to. */
    private void slow() {
        RunPlan.Gateway gateway = plan.limits().gateway();
        double life = orZero(totals.run().meanOkMillis()) / 1e3 * speedup;
        if (gateway != null
                && life > (1 + SLOW_SHARE) * gateway.serviceSeconds()
                && ThresholdComparison.exhaustedTooLow(analysis) != null) {
            doubts.add("connections were to live for " + Format.seconds(gateway.serviceSeconds()) + " and lived for "
                    + Format.seconds(life) + " on average: the machine was too slow for them" + lowerSpeedup());
        }
    }

    // On the whole TIME_WAIT held the ports, but not in the moment that counts.
    private void pause() {
        Integer step = ThresholdComparison.exhaustedTooLow(analysis);
        FirstExhaustion first = step == null ? null : analysis.recording().firstExhaustionOf(step);
        if (step != null && first != null && Analysis.isHeldByLive(first.live(), plan)) {
            doubts.add("live connections held " + Format.count(first.live()) + " of "
                    + Format.count(plan.limits().effectivePorts()) + " ports when the first call at "
                    + analysis.offeredWords(step) + " was refused, below the threshold: at speedup "
                    + Format.factor(speedup) + " a pause of the machine or the target counts as many times over"
                    + lowerSpeedup());
        }
    }

    private void successes() {
        Totals.Windows windows = totals.windows();
        // Where live connections hold the ports, few calls succeed: that is the finding.
        if (analysis.saturated() != null
                && plan.calls().portsPerCall() > 0
                && windows.ok() < Analysis.LEAST_SUCCESSES
                && analysis.heldBy() != HeldBy.LIVE) {
            doubts.add("too few successes to measure a threshold: " + Format.count(windows.ok()) + " in "
                    + Format.count(windows.recorded()) + " whole TIME_WAITs of the saturated step, at least "
                    + Format.count(Analysis.LEAST_SUCCESSES) + " are needed; a longer run has more");
        }
    }

    private String lowerSpeedup() {
        return speedup > 1 ? "; a speedup below " + Format.factor(speedup) + " may do" : "";
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }
}
