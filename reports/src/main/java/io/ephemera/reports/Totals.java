package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The slices of a recording, added up in memory that does not grow with their number. */
final class Totals {

    // Rounding of times that are computed from doubles, in slices.
    private static final double ROUNDING = 1e-6;

    private final RunPlan plan;
    private final List<OfStep> steps;
    private final MeasuredPart measured;
    private final ResponseTimes okTimes = new ResponseTimes();
    private final ResponseTimes failedTimes = new ResponseTimes();
    private @Nullable Integer peakTimeWait;
    private long liveWhenExhausted;
    private long exhaustedSlicesSeen;
    private long slicesRecorded;

    private Totals(RunPlan plan) {
        this.plan = plan;
        this.steps = plan.steps().stream().map(step -> new OfStep()).toList();
        this.measured = MeasuredPart.of(plan);
    }

    static Totals of(Recording recording) {
        Totals totals = new Totals(recording.plan());
        recording.slices().forEach(totals::add);
        return totals;
    }

    private void add(Slice slice) {
        slicesRecorded = slice.index() + 1;
        for (Slice.StepCalls calls : slice.calls()) {
            steps.get(calls.step()).add(calls);
            okTimes.addAll(calls.responseTimes().ok());
            failedTimes.addAll(calls.responseTimes().failed());
        }
        measured.add(slice);
        Slice.Ports ports = slice.ports();
        if (ports != null) {
            if (slice.exhausted() > 0) {
                liveWhenExhausted += ports.live();
                exhaustedSlicesSeen++;
            }
            peakTimeWait = higher(peakTimeWait, ports.peakTimeWait());
            for (int step = 0; step < steps.size(); step++) {
                if (liesIn(slice, plan.steps().get(step))) {
                    OfStep total = steps.get(step);
                    total.peakTimeWait = higher(total.peakTimeWait, ports.peakTimeWait());
                }
            }
        }
    }

    private boolean liesIn(Slice slice, PlannedStep step) {
        double first = step.startSeconds() / plan.sliceSeconds() - ROUNDING;
        double last = (step.startSeconds() + step.durationSeconds()) / plan.sliceSeconds() + ROUNDING;
        return slice.index() >= first && slice.index() + 1 <= last;
    }

    private static Integer higher(@Nullable Integer known, int other) {
        return known == null ? other : Math.max(known, other);
    }

    /** One for each step of the plan. */
    List<OfStep> steps() {
        return steps;
    }

    /** The measured part of the saturated step; empty if the plan has none. */
    Windows windows() {
        return measured.windows(slicesRecorded);
    }

    /** The most ports in TIME_WAIT at any instant; {@code null} where nobody can tell. */
    @Nullable
    Integer peakTimeWait() {
        return peakTimeWait;
    }

    /** Mean number of live ports in the slices in which calls were refused; {@code null} where nobody looked. */
    @Nullable
    Double meanLiveWhenExhausted() {
        return exhaustedSlicesSeen == 0 ? null : (double) liveWhenExhausted / exhaustedSlicesSeen;
    }

    /** Modelled seconds from the start of the first step to the end of the last slice. */
    double recordedSeconds() {
        return slicesRecorded * plan.sliceSeconds();
    }

    ResponsePercentiles responseTimes() {
        return new ResponsePercentiles(okTimes.percentiles(), failedTimes.percentiles());
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
        steps.forEach(step -> step.otherByKind.forEach((kind, count) -> all.merge(kind, count, Long::sum)));
        return all;
    }

    /** Mean response time of the successes, in wall-clock seconds; {@code null} if there were none. */
    @Nullable
    Double meanResponseSeconds() {
        long ok = ok();
        return ok == 0 ? null : steps.stream().mapToLong(OfStep::okMillis).sum() / 1e3 / ok;
    }

    /** One step. Milliseconds are those of the wall clock. */
    static final class OfStep {
        private long ok;
        private long exhausted;
        private final SortedMap<String, Long> otherByKind = new TreeMap<>();
        private long okMillis;
        private final SortedMap<Long, Long> slicesByLateMillis = new TreeMap<>();
        private @Nullable Integer peakTimeWait;

        private void add(Slice.StepCalls calls) {
            ok += calls.ok();
            exhausted += calls.exhausted();
            calls.otherFailures().forEach((kind, count) -> otherByKind.merge(kind, count, Long::sum));
            otherByKind.values().removeIf(count -> count == 0);
            okMillis += calls.okMillis();
            slicesByLateMillis.merge(calls.lateMillis(), 1L, Long::sum);
        }

        long ok() {
            return ok;
        }

        long exhausted() {
            return exhausted;
        }

        SortedMap<String, Long> otherByKind() {
            return otherByKind;
        }

        long other() {
            return otherByKind.values().stream().mapToLong(Long::longValue).sum();
        }

        long otherThan(@Nullable String kind) {
            return other() - (kind == null ? 0 : ValidityChecks.count(otherByKind, kind));
        }

        long ended() {
            return ok + exhausted + other();
        }

        /** Sum of the response times of the successes. */
        long okMillis() {
            return okMillis;
        }

        /** Largest delay of a start. */
        long lateMillis() {
            return slicesByLateMillis.isEmpty() ? 0 : Math.max(0, slicesByLateMillis.lastKey());
        }

        /** Median, over the slices, of the largest delay of a start in each. */
        long usualLateMillis() {
            long slices = slicesByLateMillis.values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            long below = 0;
            for (Map.Entry<Long, Long> entry : slicesByLateMillis.entrySet()) {
                below += entry.getValue();
                if (below > slices / 2) {
                    return entry.getKey();
                }
            }
            return 0;
        }

        /** Over the slices that lie whole in the step. */
        @Nullable
        Integer peakTimeWait() {
            return peakTimeWait;
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

    /** The whole TIME_WAITs of the saturated step, after it has settled. Slices are given by their index. */
    private record MeasuredPart(long first, long end, int most, int slicesEach, SortedMap<Long, Windows> byWindow) {

        static MeasuredPart of(RunPlan plan) {
            for (PlannedStep step : plan.steps()) {
                if (step.measuresThreshold()) {
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
}
