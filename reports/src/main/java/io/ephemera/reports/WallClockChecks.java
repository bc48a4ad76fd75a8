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

    private final Analysis analysis;
    private final Totals totals;
    private final RunPlan plan;
    private final double speedup;
    private final double timeWaitSeconds;
    private final List<String> doubts;

    /** @param doubts those that there are already, to which these are added */
    WallClockChecks(Analysis analysis, List<String> doubts) {
        this.analysis = analysis;
        this.totals = analysis.totals();
        this.plan = analysis.plan();
        this.speedup = plan.clock().speedup();
        this.timeWaitSeconds = plan.limits().profile().timeWaitSeconds();
        this.doubts = doubts;
    }

    /** @param end {@code null} for a partial run */
    void add(@Nullable RunEnd end) {
        speedup();
        if (end != null && doubts.isEmpty()) {
            lateStarts();
        }
        if (end != null) {
            successes();
        }
    }

    /** Whether calls came when they were to, or at all. */
    void generator(RunEnd end, long unended) {
        long planned = plan.steps().stream().mapToLong(PlannedStep::calls).sum();
        boolean notKept = planned - end.injectedCalls() > MISSING_CALLS_SHARE * planned;
        int worst = 0;
        for (int step = 0; step < plan.steps().size(); step++) {
            long missing =
                    plan.steps().get(step).calls() - totals.steps().get(step).ended() - unended;
            notKept |= missing > MISSING_CALLS_SHARE * plan.steps().get(step).calls();
            notKept |= totals.steps().get(step).usualLateMillis() > lateLimitMillis();
            notKept |= totals.steps().get(step).lateMillis() > pauseLimitMillis();
            worst = keptShare(step, unended) < keptShare(worst, unended) ? step : worst;
        }
        if (notKept) {
            doubts.add(generatorDoubt(worst, unended));
        }
    }

    /** Late starts that evened out matter only where something is off that nothing weightier explains. */
    private void lateStarts() {
        Integer bunched = bunched();
        if (bunched != null) {
            doubts.add(
                    "calls were refused at " + Format.offered(offered(bunched)) + " calls/s, below the threshold, but "
                            + "starts came up to " + Format.millis(latestUpTo(bunched))
                            + " late and then together, which alone fills the ports" + lowerSpeedup());
        } else if (analysis.isApart() && lateInWindows()) {
            doubts.add("measured and predicted are " + apart()
                    + " apart, but starts came up to " + Format.millis(latestInSaturated())
                    + " late, which alone can make that difference" + lowerSpeedup());
        } else if (analysis.isApart() && !idlePorts()) {
            together();
        }
    }

    /** Successes times TIME_WAIT are the ports in use, on average: what lay idle is missing from what was measured. */
    private boolean idlePorts() {
        Double measured = analysis.measured();
        Double predicted = analysis.predicted();
        Double idle = totals.windows().idlePorts();
        if (measured == null || predicted == null || idle == null || measured >= predicted) {
            return false;
        }
        double withIdle = predicted * (1 - idle / plan.limits().effectivePorts());
        boolean explains = measured >= withIdle - Analysis.APART_PERCENT / 100 * predicted;
        if (explains) {
            doubts.add("the saturated step did not keep the ports busy: on average " + Format.count(Math.round(idle))
                    + " of " + Format.count(plan.limits().effectivePorts())
                    + " lay idle while no call was refused, and "
                    + apart()
                    + " below the prediction is what that comes to; starts came up to "
                    + Format.millis(latestInSaturated()) + " late" + lowerSpeedup());
        }
        return explains;
    }

    /** None of them is enough by itself, where a busy machine has all of them. */
    private void together() {
        Integer saturated = analysis.saturated();
        Double measured = analysis.measured();
        Double predicted = analysis.predicted();
        if (saturated == null || measured == null || predicted == null || measured >= predicted) {
            return;
        }
        double timeWaitMillis = timeWaitSeconds / speedup * 1e3;
        Totals.OfStep step = totals.steps().get(saturated);
        double lifeMillis = step.ok() == 0 ? 0 : (double) step.okMillis() / step.ok();
        double life = lifeMillis / timeWaitMillis;
        double late = latestInSaturated() / (totals.windows().recorded() * timeWaitMillis);
        double idle = orZero(totals.windows().idlePorts()) / plan.limits().effectivePorts();
        double share = life + late + idle;
        if (share >= MISSING_CALLS_SHARE && 1 - measured / predicted <= share + UNEXPLAINED_SHARE) {
            doubts.add("measured and predicted are " + apart()
                    + " apart, and what the machine did may come to that together: calls of the saturated step took "
                    + Format.millis(lifeMillis) + " (" + Format.percent(life * 100)
                    + " of TIME_WAIT), starts came up to "
                    + Format.millis(latestInSaturated()) + " late (" + Format.percent(late * 100)
                    + " of what is measured), " + Format.percent(idle * 100) + " of the ports lay idle"
                    + lowerSpeedup());
        }
    }

    private String generatorDoubt(int step, long unended) {
        PlannedStep planned = plan.steps().get(step);
        Totals.OfStep total = totals.steps().get(step);
        return "the generator could not keep the offered rate: " + Format.offered(planned.offeredCallsPerSecond())
                + " calls/s offered, " + Format.exact(planned.offeredCallsPerSecond() * keptShare(step, unended))
                + " achieved (" + Format.count(Math.min(planned.calls(), total.ended() + unended)) + " of "
                + Format.calls(planned.calls()) + ", the latest " + Format.millis(total.lateMillis())
                + " behind schedule, " + Format.millis(Math.round(lateLimitMillis())) + " allowed)" + lowerSpeedup();
    }

    // Calls that were started, over the time that it took.
    private double keptShare(int step, long unended) {
        PlannedStep planned = plan.steps().get(step);
        Totals.OfStep total = totals.steps().get(step);
        double started = planned.calls() == 0 ? 1 : Math.min(1, (total.ended() + unended) / (double) planned.calls());
        double lateSeconds = total.lateMillis() / 1e3 * speedup;
        return started * planned.durationSeconds() / (planned.durationSeconds() + lateSeconds);
    }

    private double lateLimitMillis() {
        return Math.max(LATE_MILLIS, LATE_SHARE * timeWaitSeconds / speedup * 1e3);
    }

    private double pauseLimitMillis() {
        return Math.max(PAUSE_MILLIS, PAUSE_SHARE * timeWaitSeconds / speedup * 1e3);
    }

    /** A step below the threshold that was exhausted because late starts came together; {@code null} if there is none. */
    private @Nullable Integer bunched() {
        Integer step = ThresholdComparison.exhaustedTooLow(analysis);
        if (step == null) {
            return null;
        }
        double portsPerSecond = offered(step) * plan.calls().portsPerCall();
        double spare = plan.limits().effectivePorts() - portsPerSecond * timeWaitSeconds;
        return latestUpTo(step) / 1e3 * speedup * portsPerSecond >= spare ? step : null;
    }

    private long latestUpTo(int step) {
        return totals.steps().subList(0, step + 1).stream()
                .mapToLong(Totals.OfStep::lateMillis)
                .max()
                .orElse(0);
    }

    private boolean lateInWindows() {
        double windowsMillis = totals.windows().recorded() * timeWaitSeconds / speedup * 1e3;
        return latestInSaturated() >= MISSING_CALLS_SHARE * windowsMillis;
    }

    private long latestInSaturated() {
        Integer saturated = analysis.saturated();
        return saturated == null ? 0 : totals.steps().get(saturated).lateMillis();
    }

    private void speedup() {
        Double life = totals.meanResponseSeconds();
        boolean tooLong = life != null && life * speedup > LIFE_SHARE * timeWaitSeconds;
        if (life != null && tooLong && analysis.heldBy() == HeldBy.LIVE) {
            doubts.add(tooHigh(life, "live connections held " + ThresholdComparison.heldByLive(analysis)));
        } else if (life != null && tooLong && explainsApart(life * speedup / timeWaitSeconds)) {
            doubts.add(
                    tooHigh(life, "it alone brings the threshold down, measured " + apart() + " below the prediction"));
        } else if (analysis.heldBy() == HeldBy.TIME_WAIT && speedup > 1) {
            pause();
        }
    }

    private String tooHigh(double life, String effect) {
        double highest = LIFE_SHARE * timeWaitSeconds / life;
        return "this speedup is too high: a connection lives " + Format.millis(life * 1e3) + ", which at speedup "
                + Format.factor(speedup) + " counts as "
                + Format.seconds(life * speedup) + " ("
                + Format.percent(life * speedup / timeWaitSeconds * 100)
                + " of TIME_WAIT, 0.1 % allowed); " + effect + "; "
                + (highest >= 1
                        ? "up to speedup " + Format.factorBelow(highest) + " would do"
                        : "even speedup 1 is too high for this target: it is too slow");
    }

    private boolean explainsApart(double lifeShare) {
        Double measured = analysis.measured();
        Double predicted = analysis.predicted();
        if (measured == null || predicted == null || !analysis.isApart() || measured > predicted) {
            return false;
        }
        double withLife = predicted / (1 + lifeShare);
        return Math.abs(measured - withLife) <= Analysis.APART_PERCENT / 100 * predicted;
    }

    // On the whole TIME_WAIT held the ports, but not in the moment that counts.
    private void pause() {
        Integer step = ThresholdComparison.exhaustedTooLow(analysis);
        FirstExhaustion first = step == null ? null : analysis.recording().firstExhaustionOf(step);
        if (step != null && first != null && Analysis.isHeldByLive(first.live(), plan)) {
            doubts.add("live connections held " + Format.count(first.live()) + " of "
                    + Format.count(plan.limits().effectivePorts()) + " ports when the first call at "
                    + Format.offered(offered(step)) + " calls/s was refused, below the threshold: at speedup "
                    + Format.factor(speedup)
                    + " a pause of the machine or the target counts as many times over"
                    + lowerSpeedup());
        }
    }

    private void successes() {
        Integer saturated = analysis.saturated();
        Totals.Windows windows = totals.windows();
        // Where live connections hold the ports, few calls succeed: that is the finding.
        if (saturated == null
                || plan.calls().portsPerCall() == 0
                || windows.ok() >= Analysis.LEAST_SUCCESSES
                || analysis.heldBy() == HeldBy.LIVE) {
            return;
        }
        doubts.add("too few successes to measure a threshold: " + Format.count(windows.ok()) + " in "
                + Format.count(windows.recorded()) + " whole TIME_WAITs of the saturated step, at least "
                + Format.count(Analysis.LEAST_SUCCESSES) + " are needed; a longer run has more");
    }

    /** How far measured and predicted are apart. */
    private String apart() {
        return Format.percent(orZero(analysis.errorPercent()));
    }

    private String lowerSpeedup() {
        return speedup > 1 ? "; a speedup below " + Format.factor(speedup) + " may do" : "";
    }

    private double offered(int step) {
        return plan.steps().get(step).offeredCallsPerSecond();
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }
}
