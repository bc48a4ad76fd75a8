package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
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
 * @param meanLiveWhenExhausted mean number of live ports in the slices in which calls were refused; {@code null} where nobody
 *     looked
 * @param recordedSeconds modelled seconds from the start of the first step to the end of the last slice
 * @param responseTimes percentiles of response times
 */
record Totals(
        List<OfStep> steps,
        Windows windows,
        @Nullable Integer peakTimeWait,
        @Nullable Double meanLiveWhenExhausted,
        double recordedSeconds,
        ResponsePercentiles responseTimes) {

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

        /** Calls that failed otherwise, but for one kind. */
        long otherThan(@Nullable String kind) {
            return other() - (kind == null ? 0 : ValidityChecks.count(otherByKind, kind));
        }

        long ended() {
            return ok + exhausted + other();
        }
    }

    /**
     * Whole TIME_WAITs of the saturated step in which successes are counted.
     *
     * @param recorded how many of them were recorded whole
     * @param ok calls of any step that ended well in those
     * @param exhausted calls of any step that were refused in those
     * @param idlePortSlices ports, summed over slices of those, that were free while nobody was refused one
     * @param portSlices slices in which somebody looked
     */
    record Windows(int recorded, long ok, long exhausted, long idlePortSlices, int portSlices) {

        /** What a slice adds to the window in which it lies. */
        private static Windows of(Slice slice) {
            Slice.Ports ports = slice.ports();
            long idle = ports == null || slice.exhausted() > 0 ? 0 : ports.free();
            return new Windows(0, slice.ok(), slice.exhausted(), idle, ports == null ? 0 : 1);
        }

        private Windows and(Windows other) {
            return new Windows(
                    recorded + other.recorded,
                    ok + other.ok,
                    exhausted + other.exhausted,
                    idlePortSlices + other.idlePortSlices,
                    portSlices + other.portSlices);
        }

        /** Mean number of ports that were free while nobody was refused one; {@code null} where nobody can tell. */
        @Nullable
        Double idlePorts() {
            return portSlices == 0 ? null : (double) idlePortSlices / portSlices;
        }
    }

    static Totals of(Recording recording) {
        Sums sums = new Sums(recording.plan());
        recording.slices().forEach(sums::add);
        return sums.totals();
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

    /** Calls that failed otherwise, but for one kind. */
    long otherThan(@Nullable String kind) {
        return steps.stream().mapToLong(step -> step.otherThan(kind)).sum();
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

    private static final class Sums {
        private final RunPlan plan;
        private final List<Sum> steps = new ArrayList<>();
        private final MeasuredPart measured;
        private final ResponseTimes ok = new ResponseTimes();
        private final ResponseTimes failed = new ResponseTimes();
        private @Nullable Integer peak;
        private long liveWhenExhausted;
        private long exhaustedSlicesSeen;
        private long slicesRecorded;

        Sums(RunPlan plan) {
            this.plan = plan;
            plan.steps().forEach(step -> steps.add(new Sum()));
            this.measured = MeasuredPart.of(plan);
        }

        void add(Slice slice) {
            slicesRecorded = slice.index() + 1;
            slice.calls().forEach(this::add);
            measured.add(slice);
            Slice.Ports ports = slice.ports();
            if (ports != null) {
                if (slice.exhausted() > 0) {
                    liveWhenExhausted += ports.live();
                    exhaustedSlicesSeen++;
                }
                peak = peak == null ? ports.peakTimeWait() : Math.max(peak, ports.peakTimeWait());
                for (int step = 0; step < steps.size(); step++) {
                    if (liesIn(slice, plan.steps().get(step), plan.sliceSeconds())) {
                        steps.get(step).peak(ports.peakTimeWait());
                    }
                }
            }
        }

        private void add(Slice.StepCalls calls) {
            steps.get(calls.step()).add(calls);
            Slice.Responses times = calls.responseTimes();
            ok.addAll(times.ok());
            failed.addAll(times.failed());
        }

        private static boolean liesIn(Slice slice, PlannedStep step, double sliceSeconds) {
            double first = step.startSeconds() / sliceSeconds - ROUNDING;
            double last = (step.startSeconds() + step.durationSeconds()) / sliceSeconds + ROUNDING;
            return slice.index() >= first && slice.index() + 1 <= last;
        }

        Totals totals() {
            return new Totals(
                    steps.stream().map(Sum::total).toList(),
                    measured.windows(slicesRecorded),
                    peak,
                    exhaustedSlicesSeen == 0 ? null : (double) liveWhenExhausted / exhaustedSlicesSeen,
                    slicesRecorded * plan.sliceSeconds(),
                    new ResponsePercentiles(ok.percentiles(), failed.percentiles()));
        }
    }

    /** The whole TIME_WAITs of the saturated step, after it has settled. Slices are given by their index. */
    private record MeasuredPart(long first, long end, int most, int slicesEach, SortedMap<Long, Windows> byWindow) {

        static MeasuredPart of(RunPlan plan) {
            for (PlannedStep step : plan.steps()) {
                if (step.kind() == PlannedStep.Kind.SATURATED && step.steady().windows() > 0) {
                    double start = step.startSeconds() + step.steady().settleSeconds();
                    double stepEnd = (step.startSeconds() + step.durationSeconds()) / plan.sliceSeconds();
                    return new MeasuredPart(
                            (long) Math.ceil(start / plan.sliceSeconds() - ROUNDING),
                            // Beyond its last whole slice the step offers less, or nothing.
                            (long) Math.floor(stepEnd + ROUNDING),
                            step.steady().windows(),
                            (int) plan.clock().slicesPerTimeWait(),
                            new TreeMap<>());
                }
            }
            return new MeasuredPart(0, 0, 0, 1, new TreeMap<>());
        }

        void add(Slice slice) {
            if (slice.index() >= first && slice.index() < end) {
                long window = (slice.index() - first) / slicesEach;
                if (window < most) {
                    byWindow.merge(window, Windows.of(slice), Windows::and);
                }
            }
        }

        Windows windows(long slicesRecorded) {
            long whole = Math.max(0, Math.min(slicesRecorded, end) - first) / slicesEach;
            int recorded = (int) Math.min(most, whole);
            return byWindow.headMap((long) recorded).values().stream()
                    .reduce(new Windows(recorded, 0, 0, 0, 0), Windows::and);
        }
    }

    private static final class Sum {
        private long ok;
        private long exhausted;
        private final SortedMap<String, Long> otherByKind = new TreeMap<>();
        private long okMillis;
        private final SortedMap<Long, Long> slicesByLateMillis = new TreeMap<>();
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
            slicesByLateMillis.merge(calls.lateMillis(), 1L, Long::sum);
        }

        private long medianLateMillis() {
            long half = slicesByLateMillis.values().stream()
                            .mapToLong(Long::longValue)
                            .sum()
                    / 2;
            long below = 0;
            for (Map.Entry<Long, Long> entry : slicesByLateMillis.entrySet()) {
                below += entry.getValue();
                if (below > half) {
                    return entry.getKey();
                }
            }
            return 0;
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
                    slicesByLateMillis.isEmpty() ? 0 : Math.max(0, slicesByLateMillis.lastKey()),
                    medianLateMillis(),
                    peakTimeWait);
        }
    }
}
