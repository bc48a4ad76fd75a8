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
    private final List<CallSums> steps;
    private final CallSums run = new CallSums();
    private final MeasuredPart measured;
    private final ResponseTimes okTimes = new ResponseTimes();
    private final ResponseTimes failedTimes = new ResponseTimes();
    private long liveWhenExhausted;
    private long exhaustedSlicesSeen;
    private long slicesRecorded;

    private Totals(RunPlan plan) {
        this.plan = plan;
        this.steps = plan.steps().stream().map(step -> new CallSums()).toList();
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
            run.add(calls);
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
            run.add(ports, slice);
            for (int step = 0; step < steps.size(); step++) {
                if (liesIn(slice, plan.steps().get(step))) {
                    steps.get(step).add(ports, slice);
                }
            }
        }
    }

    private boolean liesIn(Slice slice, PlannedStep step) {
        double first = step.startSeconds() / plan.sliceSeconds() - ROUNDING;
        double last = (step.startSeconds() + step.durationSeconds()) / plan.sliceSeconds() + ROUNDING;
        return slice.index() >= first && slice.index() + 1 <= last;
    }

    /** One for each step of the plan. */
    List<CallSums> steps() {
        return steps;
    }

    CallSums run() {
        return run;
    }

    /** The measured part of the saturated step; empty if the plan has none. */
    Windows windows() {
        return measured.windows(slicesRecorded);
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

    /** One step, or the whole run. Milliseconds are those of the wall clock. */
    static final class CallSums {
        private long ok;
        private long exhausted;
        private final SortedMap<String, Long> otherByKind = new TreeMap<>();
        private long okMillis;
        private final SortedMap<Long, Long> slicesByLateMillis = new TreeMap<>();
        private @Nullable Integer peakTimeWait;
        private long freeWhenExhausted;
        private long exhaustedSlices;

        private void add(Slice.StepCalls calls) {
            ok += calls.ok();
            exhausted += calls.exhausted();
            calls.otherFailures().forEach((kind, count) -> otherByKind.merge(kind, count, Long::sum));
            otherByKind.values().removeIf(count -> count == 0);
            okMillis += calls.okMillis();
            slicesByLateMillis.merge(calls.lateMillis(), 1L, Long::sum);
        }

        private void add(Slice.Ports ports, Slice slice) {
            if (slice.exhausted() > 0) {
                freeWhenExhausted += ports.free();
                exhaustedSlices++;
            }
            peakTimeWait = peakTimeWait == null ? ports.peakTimeWait() : Math.max(peakTimeWait, ports.peakTimeWait());
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

        /** Calls that failed otherwise in one way. */
        long other(String kind) {
            return otherByKind.getOrDefault(kind, 0L);
        }

        /** Calls that failed otherwise, but for one kind. */
        long otherThan(@Nullable String kind) {
            return other() - (kind == null ? 0 : other(kind));
        }

        long ended() {
            return ok + exhausted + other();
        }

        /** Mean response time of the successes; {@code null} if there were none. */
        @Nullable
        Double meanOkMillis() {
            return ok == 0 ? null : (double) okMillis / ok;
        }

        /** Mean number of ports that were none of ours when calls were refused; 0 where nobody can tell. */
        double meanFreeWhenExhausted() {
            return exhaustedSlices == 0 ? 0 : (double) freeWhenExhausted / exhaustedSlices;
        }

        /** Largest delay of a start. */
        long lateMillis() {
            return slicesByLateMillis.isEmpty() ? 0 : Math.max(0, slicesByLateMillis.lastKey());
        }

        /** The same, summed over the slices. */
        long lateMillisOfSlices() {
            return slicesByLateMillis.entrySet().stream()
                    .mapToLong(entry -> entry.getKey() * entry.getValue())
                    .sum();
        }

        /** Slices in which calls of it ended. */
        long slices() {
            return slicesByLateMillis.values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }

        /** Median, over the slices, of the largest delay of a start in each. */
        long usualLateMillis() {
            long below = 0;
            for (Map.Entry<Long, Long> entry : slicesByLateMillis.entrySet()) {
                below += entry.getValue();
                if (below > slices() / 2) {
                    return entry.getKey();
                }
            }
            return 0;
        }

        /** The most ports in TIME_WAIT, over the slices that lie whole in it; {@code null} where nobody can tell. */
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

        /** Mean number of ports that were free while nobody was refused one; 0 where nobody can tell. */
        double idlePorts() {
            return portSlices == 0 ? 0 : (double) idlePortSlices / portSlices;
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
                byWindow.merge((slice.index() - first) / slicesEach, Windows.of(slice), Windows::and);
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
