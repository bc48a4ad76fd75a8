package io.ephemera.reports;

import io.ephemera.reports.RunPlan.PlannedStep;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The slices of a recording, added up.
 *
 * @param steps one for each step of the plan
 * @param windows the measured part of the saturated step; empty if the plan has none
 * @param peakTimeWait the most ports in TIME_WAIT at any instant; {@code null} where nobody can tell
 * @param heldElsewhere the most ports that other processes were found to hold
 * @param recordedSeconds modelled seconds from the start of the first step to the end of the last slice
 */
record Totals(
        List<OfStep> steps,
        Windows windows,
        @Nullable Integer peakTimeWait,
        int heldElsewhere,
        double recordedSeconds) {

    // Rounding of times that are computed from doubles, in slices.
    private static final double ROUNDING = 1e-6;

    Totals {
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param okMillis sum of the response times of {@code ok}, in wall-clock milliseconds
     * @param lateMillis largest delay of a start, in wall-clock milliseconds
     * @param usualLateMillis median, over the slices, of the largest delay of a start in each
     * @param peakTimeWait over the slices that lie whole in the step
     */
    record OfStep(
            long ok,
            long exhausted,
            SortedMap<String, Long> otherByKind,
            long okMillis,
            long lateMillis,
            long usualLateMillis,
            @Nullable Integer peakTimeWait) {

        long other() {
            return otherByKind.values().stream().mapToLong(Long::longValue).sum();
        }

        long ended() {
            return ok + exhausted + other();
        }
    }

    /**
     * The whole TIME_WAITs of the saturated step in which successes are counted.
     *
     * @param recorded how many of them were recorded whole
     * @param ok calls of any step that ended well in those
     * @param exhausted calls of any step that were refused in those
     */
    record Windows(int recorded, long ok, long exhausted) {}

    static Totals of(Recording recording) {
        RunPlan plan = recording.plan();
        List<Sum> sums = new ArrayList<>();
        plan.steps().forEach(step -> sums.add(new Sum()));
        Integer peak = null;
        int heldElsewhere = plan.profile().range().size() - plan.effectivePorts();
        long slicesRecorded = 0;
        for (Slice slice : recording.slices()) {
            slicesRecorded = slice.index() + 1;
            slice.calls().forEach(calls -> sums.get(calls.step()).add(calls));
            Slice.Ports ports = slice.ports();
            if (ports != null) {
                peak = peak == null ? ports.peakTimeWait() : Math.max(peak, ports.peakTimeWait());
                heldElsewhere = Math.max(heldElsewhere, ports.heldElsewhere());
                for (int step = 0; step < sums.size(); step++) {
                    if (liesIn(slice, plan.steps().get(step), plan.sliceSeconds())) {
                        sums.get(step).peak(ports.peakTimeWait());
                    }
                }
            }
        }
        return new Totals(
                sums.stream().map(Sum::total).toList(),
                windows(recording, slicesRecorded),
                peak,
                heldElsewhere,
                slicesRecorded * plan.sliceSeconds());
    }

    long ok() {
        return steps.stream().mapToLong(OfStep::ok).sum();
    }

    long exhausted() {
        return steps.stream().mapToLong(OfStep::exhausted).sum();
    }

    long other() {
        return steps.stream().mapToLong(OfStep::other).sum();
    }

    long ended() {
        return ok() + exhausted() + other();
    }

    /** Other failures by kind, over all steps. */
    SortedMap<String, Long> otherByKind() {
        SortedMap<String, Long> all = new TreeMap<>();
        steps.forEach(step -> step.otherByKind().forEach((kind, count) -> all.merge(kind, count, Long::sum)));
        return all;
    }

    /** Mean response time of the successes, in wall-clock seconds; {@code null} if there were none. */
    @Nullable
    Double meanResponseSeconds() {
        long ok = ok();
        return ok == 0 ? null : steps.stream().mapToLong(OfStep::okMillis).sum() / 1e3 / ok;
    }

    private static boolean liesIn(Slice slice, PlannedStep step, double sliceSeconds) {
        double first = step.startSeconds() / sliceSeconds - ROUNDING;
        double last = (step.startSeconds() + step.durationSeconds()) / sliceSeconds + ROUNDING;
        return slice.index() >= first && slice.index() + 1 <= last;
    }

    private static Windows windows(Recording recording, long slicesRecorded) {
        RunPlan plan = recording.plan();
        for (PlannedStep step : plan.steps()) {
            if (step.kind() == PlannedStep.Kind.SATURATED && step.windows() > 0) {
                double start = step.startSeconds() + step.settleSeconds();
                long first = (long) Math.ceil(start / plan.sliceSeconds() - ROUNDING);
                // Beyond its last whole slice the step offers less, or nothing.
                double stepEnd = (step.startSeconds() + step.durationSeconds()) / plan.sliceSeconds();
                long usable = Math.min(slicesRecorded, (long) Math.floor(stepEnd + ROUNDING));
                long whole = Math.max(0, usable - first) / plan.slicesPerTimeWait();
                int recorded = (int) Math.min(step.windows(), whole);
                return windows(recording, first, first + (long) recorded * plan.slicesPerTimeWait(), recorded);
            }
        }
        return new Windows(0, 0, 0);
    }

    private static Windows windows(Recording recording, long from, long until, int recorded) {
        long ok = 0;
        long exhausted = 0;
        for (Slice slice : recording.slices()) {
            if (slice.index() >= from && slice.index() < until) {
                for (Slice.StepCalls calls : slice.calls()) {
                    ok += calls.ok();
                    exhausted += calls.exhausted();
                }
            }
        }
        return new Windows(recorded, ok, exhausted);
    }

    private static final class Sum {
        private long ok;
        private long exhausted;
        private final SortedMap<String, Long> otherByKind = new TreeMap<>();
        private long okMillis;
        private long lateMillis;
        private final List<Long> lateMillisBySlice = new ArrayList<>();
        private @Nullable Integer peakTimeWait;

        void add(Slice.StepCalls calls) {
            ok += calls.ok();
            exhausted += calls.exhausted();
            for (Map.Entry<String, Long> entry : calls.otherFailures().entrySet()) {
                if (entry.getValue() > 0) {
                    otherByKind.merge(entry.getKey(), entry.getValue(), Long::sum);
                }
            }
            okMillis += calls.okMillis();
            lateMillis = Math.max(lateMillis, calls.lateMillis());
            lateMillisBySlice.add(calls.lateMillis());
        }

        private long median() {
            List<Long> sorted = lateMillisBySlice.stream().sorted().toList();
            return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
        }

        void peak(int timeWait) {
            peakTimeWait = peakTimeWait == null ? timeWait : Math.max(peakTimeWait, timeWait);
        }

        OfStep total() {
            return new OfStep(
                    ok,
                    exhausted,
                    Collections.unmodifiableSortedMap(otherByKind),
                    okMillis,
                    lateMillis,
                    median(),
                    peakTimeWait);
        }
    }
}
