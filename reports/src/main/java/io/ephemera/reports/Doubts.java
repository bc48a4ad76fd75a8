package io.ephemera.reports;

import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunResult.HeldBy;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What stands against a run: each doubt is one sentence in plain words, and any of them makes the run inconclusive. */
final class Doubts {

    /** Other failures above this share of the calls move the measured threshold, or mean that something is broken. */
    static final double OTHER_FAILURES_SHARE = 0.001;
    /** Fewer calls than this in a step, and one stray failure would be above that share. */
    static final long CALLS_FOR_A_SHARE = 1_000;
    /** A generator that starts fewer calls than it was told, by this share, is off by as much as is to be told apart. */
    static final double MISSING_CALLS_SHARE = Findings.APART_PERCENT / 100;
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
    static final double UNEXPLAINED_SHARE = Findings.APART_PERCENT / 200;
    /** A life times speedup above this share of TIME_WAIT moves the threshold by as much. */
    static final double LIFE_SHARE = 0.001;

    private final Findings findings;
    private final Totals totals;
    private final RunPlan plan;
    private final List<String> doubts = new ArrayList<>();

    private Doubts(Findings findings) {
        this.findings = findings;
        this.totals = findings.totals();
        this.plan = findings.plan();
    }

    /** All doubts, the weightiest first; empty for a run that can be trusted. */
    static List<String> of(Findings findings) {
        Doubts doubts = new Doubts(findings);
        RunEnd end = findings.recording().end();
        if (end == null) {
            doubts.partial();
        } else {
            doubts.doubts.addAll(end.faults());
        }
        doubts.otherFailures();
        if (end != null) {
            doubts.unended(end);
            doubts.generator(end);
            doubts.lost(end);
            doubts.doubts.addAll(CounterDoubts.of(findings, end));
            doubts.portsPerCall();
        }
        doubts.speedup();
        if (end != null && doubts.doubts.isEmpty()) {
            doubts.lateStarts();
        }
        if (end != null) {
            doubts.successes();
        }
        return List.copyOf(doubts.doubts);
    }

    private void partial() {
        PlannedStep last = plan.steps().get(plan.steps().size() - 1);
        doubts.add("partial run: it was cut off after " + Wording.seconds(totals.recordedSeconds()) + " of "
                + Wording.seconds(last.startSeconds() + last.durationSeconds()) + " (modelled)");
    }

    private void otherFailures() {
        String expected = plan.expectedFailure();
        long unexpected = totals.otherThan(expected);
        boolean overall = unexpected > OTHER_FAILURES_SHARE * totals.ended();
        boolean inStep = totals.steps().stream()
                .anyMatch(step -> step.ended() >= CALLS_FOR_A_SHARE
                        && step.otherThan(expected) > OTHER_FAILURES_SHARE * step.ended());
        // Where a single call is told from the next, a single one that failed otherwise is too many.
        if (overall || inStep || (expected != null && unexpected > 0)) {
            SortedMap<String, Long> byKind = totals.otherByKind();
            byKind.remove(expected == null ? "" : expected);
            String kinds = byKind.entrySet().stream()
                    .map(entry -> Wording.oneLine(entry.getKey()) + " " + Wording.count(entry.getValue()))
                    .collect(Collectors.joining(", "));
            doubts.add(Wording.calls(unexpected) + " failed otherwise (" + kinds + "): " + hint(byKind));
        }
    }

    private static String hint(SortedMap<String, Long> byKind) {
        String most = byKind.firstKey();
        for (String kind : byKind.keySet()) {
            most = count(byKind, kind) > count(byKind, most) ? kind : most;
        }
        if (most.equals("http-401")) {
            return "the target did not accept the credentials, see EPHEMERA_USER and EPHEMERA_PASSWORD";
        }
        if (most.startsWith("http-")) {
            return "the target answered with an error";
        }
        return switch (most) {
            case "refused" -> "the target may have stopped";
            case "reset" -> "the target may have cut connections off";
            case "timeout" -> "the target may be too slow, or hang";
            case "dns" -> "the name of the target was not found";
            case "descriptors" -> "this process may open too few files, see ulimit -n";
            default -> "Gatling's own report has their messages";
        };
    }

    static long count(SortedMap<String, Long> byKind, String kind) {
        Long count = byKind.get(kind);
        return count == null ? 0 : count;
    }

    // A hanging target that holds the ports is an exhaustion by its own name, not a doubt.
    private void unended(RunEnd end) {
        long unended = unendedCalls(end);
        if (unended > OTHER_FAILURES_SHARE * end.injectedCalls() && findings.heldBy() != HeldBy.LIVE) {
            doubts.add(Wording.calls(unended) + " had not ended when the run did: the target may hang");
        }
    }

    private static long unendedCalls(RunEnd end) {
        return Math.max(0, end.injectedCalls() - end.endedCalls());
    }

    private void generator(RunEnd end) {
        ToldStory told = findings.recording().told();
        // Calls are counted in a runaway, and it is all the same when they came.
        if ((told != null && told.story().closedLoop()) || plan.runaway() != null) {
            return;
        }
        long unended = unendedCalls(end);
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
        ToldStory told = findings.recording().told();
        if (told != null) {
            lateInStory(told);
            return;
        }
        Integer bunched = bunched();
        if (bunched != null) {
            doubts.add(
                    "calls were refused at " + Wording.offered(offered(bunched)) + " calls/s, below the threshold, but "
                            + "starts came up to " + Wording.millis(latestUpTo(bunched))
                            + " late and then together, which alone fills the ports" + lowerSpeedup());
        } else if (findings.isApart() && lateInWindows()) {
            doubts.add("measured and predicted are " + Wording.percent(orZero(findings.errorPercent()))
                    + " apart, but starts came up to " + Wording.millis(latestInSaturated())
                    + " late, which alone can make that difference" + lowerSpeedup());
        } else if (findings.isApart() && !idlePorts()) {
            together();
        }
    }

    /** Successes times TIME_WAIT are the ports in use, on average: what lay idle is missing from what was measured. */
    private boolean idlePorts() {
        Double measured = findings.measured();
        Double predicted = findings.predicted();
        Double idle = totals.windows().idlePorts();
        if (measured == null || predicted == null || idle == null || measured >= predicted) {
            return false;
        }
        double withIdle = predicted * (1 - idle / plan.effectivePorts());
        boolean explains = measured >= withIdle - Findings.APART_PERCENT / 100 * predicted;
        if (explains) {
            doubts.add("the saturated step did not keep the ports busy: on average " + Wording.count(Math.round(idle))
                    + " of " + Wording.count(plan.effectivePorts()) + " lay idle while no call was refused, and "
                    + Wording.percent(orZero(findings.errorPercent()))
                    + " below the prediction is what that comes to; starts came up to "
                    + Wording.millis(latestInSaturated()) + " late" + lowerSpeedup());
        }
        return explains;
    }

    /** None of them is enough by itself, where a busy machine has all of them. */
    private void together() {
        Integer saturated = findings.saturated();
        Double measured = findings.measured();
        Double predicted = findings.predicted();
        if (saturated == null || measured == null || predicted == null || measured >= predicted) {
            return;
        }
        double timeWaitMillis = plan.profile().timeWaitSeconds() / plan.speedup() * 1e3;
        Totals.OfStep step = totals.steps().get(saturated);
        double lifeMillis = step.ok() == 0 ? 0 : (double) step.okMillis() / step.ok();
        double life = lifeMillis / timeWaitMillis;
        double late = latestInSaturated() / (totals.windows().recorded() * timeWaitMillis);
        double idle = orZero(totals.windows().idlePorts()) / plan.effectivePorts();
        double share = life + late + idle;
        if (share >= MISSING_CALLS_SHARE && 1 - measured / predicted <= share + UNEXPLAINED_SHARE) {
            doubts.add("measured and predicted are " + Wording.percent(orZero(findings.errorPercent()))
                    + " apart, and what the machine did may come to that together: calls of the saturated step took "
                    + Wording.millis(lifeMillis) + " (" + Wording.percent(life * 100)
                    + " of TIME_WAIT), starts came up to "
                    + Wording.millis(latestInSaturated()) + " late (" + Wording.percent(late * 100)
                    + " of what is measured), " + Wording.percent(idle * 100) + " of the ports lay idle"
                    + lowerSpeedup());
        }
    }

    /** A time of the story is off by as much as starts were late. */
    private void lateInStory(ToldStory told) {
        String mismatch = StoryJudge.mismatch(told, findings);
        double shortest = told.story().figures().stream()
                .filter(figure -> figure.unit().equals("s") && figure.predicted() > 0)
                .mapToDouble(Story.PredictedFigure::predicted)
                .min()
                .orElse(plan.profile().timeWaitSeconds());
        long latest = totals.steps().stream()
                .mapToLong(Totals.OfStep::lateMillis)
                .max()
                .orElse(0);
        if (mismatch != null && latest / 1e3 * plan.speedup() > Story.APART_PERCENT / 100 * shortest) {
            doubts.add(mismatch + ", but starts came up to " + Wording.millis(latest)
                    + " late, which alone can make that difference" + lowerSpeedup());
        }
    }

    private String generatorDoubt(int step, long unended) {
        PlannedStep planned = plan.steps().get(step);
        Totals.OfStep total = totals.steps().get(step);
        return "the generator could not keep the offered rate: " + Wording.offered(planned.offeredCallsPerSecond())
                + " calls/s offered, " + Wording.exact(planned.offeredCallsPerSecond() * keptShare(step, unended))
                + " achieved (" + Wording.count(Math.min(planned.calls(), total.ended() + unended)) + " of "
                + Wording.calls(planned.calls()) + ", the latest " + Wording.millis(total.lateMillis())
                + " behind schedule, " + Wording.millis(Math.round(lateLimitMillis())) + " allowed)" + lowerSpeedup();
    }

    // Calls that were started, over the time that it took.
    private double keptShare(int step, long unended) {
        PlannedStep planned = plan.steps().get(step);
        Totals.OfStep total = totals.steps().get(step);
        double started = planned.calls() == 0 ? 1 : Math.min(1, (total.ended() + unended) / (double) planned.calls());
        double lateSeconds = total.lateMillis() / 1e3 * plan.speedup();
        return started * planned.durationSeconds() / (planned.durationSeconds() + lateSeconds);
    }

    private double lateLimitMillis() {
        return Math.max(LATE_MILLIS, LATE_SHARE * plan.profile().timeWaitSeconds() / plan.speedup() * 1e3);
    }

    private double pauseLimitMillis() {
        return Math.max(PAUSE_MILLIS, PAUSE_SHARE * plan.profile().timeWaitSeconds() / plan.speedup() * 1e3);
    }

    /** A step below the threshold that was exhausted because late starts came together; {@code null} if there is none. */
    private @Nullable Integer bunched() {
        Integer step = Prediction.exhaustedTooLow(findings);
        if (step == null) {
            return null;
        }
        double portsPerSecond = offered(step) * plan.portsPerCall();
        double spare = plan.effectivePorts() - portsPerSecond * plan.profile().timeWaitSeconds();
        return latestUpTo(step) / 1e3 * plan.speedup() * portsPerSecond >= spare ? step : null;
    }

    private long latestUpTo(int step) {
        return totals.steps().subList(0, step + 1).stream()
                .mapToLong(Totals.OfStep::lateMillis)
                .max()
                .orElse(0);
    }

    private boolean lateInWindows() {
        double windowsMillis = totals.windows().recorded() * plan.profile().timeWaitSeconds() / plan.speedup() * 1e3;
        return latestInSaturated() >= MISSING_CALLS_SHARE * windowsMillis;
    }

    private long latestInSaturated() {
        Integer saturated = findings.saturated();
        return saturated == null ? 0 : totals.steps().get(saturated).lateMillis();
    }

    private void lost(RunEnd end) {
        if (end.endedCalls() != totals.ended()) {
            doubts.add("the recording is not whole: Gatling saw " + Wording.calls(end.endedCalls()) + " end, it holds "
                    + Wording.count(totals.ended()));
        }
    }

    private void portsPerCall() {
        String mismatch = PortsPerCall.of(findings).mismatch(findings);
        if (mismatch != null) {
            doubts.add(mismatch);
        }
    }

    private void speedup() {
        Double life = findings.lifeSeconds();
        double timeWait = plan.profile().timeWaitSeconds();
        boolean tooLong = life != null && life * plan.speedup() > LIFE_SHARE * timeWait;
        if (life != null && tooLong && findings.heldBy() == HeldBy.LIVE && !neverClosed()) {
            doubts.add(tooHigh(life, "live connections held " + Prediction.heldByLive(findings)));
        } else if (life != null && tooLong && explainsApart(life * plan.speedup() / timeWait)) {
            doubts.add(tooHigh(
                    life,
                    "it alone brings the threshold down, measured " + Wording.percent(orZero(findings.errorPercent()))
                            + " below the prediction"));
        } else if (findings.heldBy() == HeldBy.TIME_WAIT && plan.speedup() > 1) {
            pause();
        }
    }

    private String tooHigh(double life, String effect) {
        double highest = LIFE_SHARE * plan.profile().timeWaitSeconds() / life;
        return "this speedup is too high: a connection lives " + Wording.millis(life * 1e3) + ", which at speedup "
                + Wording.factor(plan.speedup()) + " counts as " + Wording.seconds(life * plan.speedup()) + " ("
                + Wording.percent(life * plan.speedup() / plan.profile().timeWaitSeconds() * 100)
                + " of TIME_WAIT, 0.1 % allowed); " + effect + "; "
                + (highest >= 1
                        ? "up to speedup " + Wording.factorBelow(highest) + " would do"
                        : "even speedup 1 is too high for this target: it is too slow");
    }

    // Connections that are never closed have no life to count; half, because the pool still had others.
    private boolean neverClosed() {
        RunEnd end = findings.recording().end();
        RunEnd.PoolCounts pool = end == null ? null : end.pool();
        return pool != null && pool.stillLive() >= orZero(findings.liveAtExhaustion()) / 2;
    }

    private boolean explainsApart(double lifeShare) {
        Double measured = findings.measured();
        Double predicted = findings.predicted();
        if (measured == null || predicted == null || !findings.isApart() || measured > predicted) {
            return false;
        }
        double withLife = predicted / (1 + lifeShare);
        return Math.abs(measured - withLife) <= Findings.APART_PERCENT / 100 * predicted;
    }

    // On the whole TIME_WAIT held the ports, but not in the moment that counts.
    private void pause() {
        Integer step = Prediction.exhaustedTooLow(findings);
        FirstExhaustion first = step == null ? null : findings.recording().firstExhaustionOf(step);
        if (step != null && first != null && Findings.isHeldByLive(first.live(), plan)) {
            doubts.add("live connections held " + Wording.count(first.live()) + " of "
                    + Wording.count(plan.effectivePorts()) + " ports when the first call at "
                    + Wording.offered(offered(step)) + " calls/s was refused, below the threshold: at speedup "
                    + Wording.factor(plan.speedup()) + " a pause of the machine or the target counts as many times over"
                    + lowerSpeedup());
        }
    }

    private void successes() {
        Integer saturated = findings.saturated();
        Totals.Windows windows = totals.windows();
        // Where live connections hold the ports, few calls succeed: that is the finding.
        if (saturated == null
                || plan.portsPerCall() == 0
                || windows.ok() >= Findings.LEAST_SUCCESSES
                || findings.heldBy() == HeldBy.LIVE) {
            return;
        }
        doubts.add("too few successes to measure a threshold: " + Wording.count(windows.ok()) + " in "
                + Wording.count(windows.recorded()) + " whole TIME_WAITs of the saturated step, at least "
                + Wording.count(Findings.LEAST_SUCCESSES) + " are needed; a longer run has more");
    }

    private String lowerSpeedup() {
        return plan.speedup() > 1 ? "; a speedup below " + Wording.factor(plan.speedup()) + " may do" : "";
    }

    private double offered(int step) {
        return plan.steps().get(step).offeredCallsPerSecond();
    }

    private static double orZero(@Nullable Double value) {
        return value == null ? 0 : value;
    }
}
