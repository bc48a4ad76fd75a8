package io.ephemera.reports.page;

import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Slice;
import io.ephemera.reports.VerdictWords;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The curves of a run, in memory that does not grow with it: fed slice by slice, in order of time. Times are modelled seconds from
 * the start of the first step. Not safe for concurrent use.
 */
final class Curves {

    /** More kinds of failure than this are no longer told apart in a chart; the tables and the CSV have them all. */
    static final int MOST_KINDS = 7;

    static final String FURTHER = "further kinds";

    /** Rows of a table that can still be read, and points of a bold curve. */
    static final int MOST_STRETCHES = 96;

    final Peaks ok = new Peaks();
    private final RunPlan plan;
    private final double sliceSeconds;
    private final double loadSeconds;
    private final Peaks exhausted = new Peaks();
    private final Map<String, Peaks> others = new LinkedHashMap<>();
    private final Peaks live = new Peaks();
    private final Peaks timeWait = new Peaks();
    private final Peaks free = new Peaks();
    private final Stretches<Stretch> stretches = new Stretches<>(MOST_STRETCHES, Stretch::and);
    private long next;

    /** The slice from which on it is told. */
    private long origin;

    /** @param kinds kinds of failure that are to have a curve, the weightiest first; further ones get one while there is room */
    Curves(RunPlan plan, Collection<String> kinds) {
        this.plan = plan;
        this.sliceSeconds = plan.sliceSeconds();
        PlannedStep last = plan.steps().get(plan.steps().size() - 1);
        this.loadSeconds = last.startSeconds() + last.durationSeconds();
        kinds.stream().limit(MOST_KINDS).forEach(kind -> others.put(kind, new Peaks()));
    }

    /** Adds the first slice as if those before it had been added. */
    void continueWith(Slice slice) {
        if (next == 0) {
            next = slice.index();
            origin = slice.index();
        }
        add(slice);
    }

    void add(Slice slice) {
        if (slice.index() > next) {
            // In slices that are left out, no call ended.
            calls(next, 0, 0, Map.of());
            calls(slice.index() - 1, 0, 0, Map.of());
        }
        next = slice.index() + 1;
        stretches.add(slice.index() - origin, Stretch.of(slice));
        Map<String, Long> otherCalls = new LinkedHashMap<>();
        slice.otherFailures().forEach((kind, count) -> otherCalls.merge(curveOf(kind), count, Long::sum));
        calls(slice.index(), slice.ok(), slice.exhausted(), otherCalls);
        Slice.Ports ports = slice.ports();
        if (ports != null) {
            double end = (slice.index() + 1) * sliceSeconds;
            live.add(slice.index(), end, ports.live());
            // The end of a slice misses a peak within it.
            timeWait.add(slice.index(), end, Math.max(ports.timeWait(), ports.peakTimeWait()));
            free.add(slice.index(), end, ports.free());
        }
    }

    private String curveOf(String kind) {
        String curve = others.containsKey(kind) || others.size() < MOST_KINDS ? kind : FURTHER;
        others.putIfAbsent(curve, new Peaks());
        return curve;
    }

    private void calls(long slice, long okCalls, long exhaustedCalls, Map<String, Long> otherCalls) {
        double middle = (slice + 0.5) * sliceSeconds;
        double seconds = secondsUnderLoad(slice, slice + 1);
        ok.add(slice, middle, okCalls / seconds);
        exhausted.add(slice, middle, exhaustedCalls / seconds);
        others.forEach((kind, curve) -> curve.add(slice, middle, otherCalls.getOrDefault(kind, 0L) / seconds));
    }

    /**
     * How long calls were started in these slices, the last excluded. The load ends within a slice, and a rate over all of that
     * one would drop at the end; what ends later still is spread over whole slices.
     */
    private double secondsUnderLoad(long fromSlice, long toSlice) {
        double from = fromSlice * sliceSeconds;
        double to = toSlice * sliceSeconds;
        return from < loadSeconds ? Math.min(to, loadSeconds) - from : to - from;
    }

    double secondsUnderLoad(Stretch stretch) {
        return secondsUnderLoad(stretch.fromSlice(), stretch.toSlice());
    }

    /** Whether anybody could tell the state of the ports. */
    boolean hasPorts() {
        return !timeWait.isEmpty();
    }

    List<Stretch> stretches() {
        List<Stretch> list = new ArrayList<>();
        stretches.byFirstSlice().forEach((first, stretch) -> list.add(stretch.from(origin + first)));
        return list;
    }

    /** What the script draws, by the names that it knows. */
    Map<String, Object> data() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("predicted", plan.thresholdCallsPerSecond());
        data.put("capacity", plan.limits().effectivePorts());
        data.put("rates", plan.steps().stream().map(PlannedRate::of).toList());
        data.put("predictedRefusal", predictedRefusal());
        data.put("firstRefusal", null);
        data.put("refusal", "refusal");
        data.put("afterClose", VerdictWords.timeWait(plan.limits().gateway()));
        data.put("offered", offered());
        data.put("ok", ok.points());
        data.put("okMean", means(Stretch::ok));
        data.put("exhaustedMean", means(Stretch::exhausted));
        data.put("exhausted", exhausted.points());
        List<Kind> kinds = new ArrayList<>();
        others.forEach((kind, curve) -> kinds.add(new Kind(kind, curve.points())));
        data.put("others", kinds);
        if (hasPorts()) {
            data.put("live", live.points());
            data.put("timeWait", timeWait.points());
            data.put("free", free.points());
        }
        return data;
    }

    /** A step, as the script labels it. */
    private record PlannedRate(double from, double to, double rate, String kind) {
        static PlannedRate of(PlannedStep step) {
            return new PlannedRate(
                    step.startSeconds(),
                    step.startSeconds() + step.durationSeconds(),
                    step.offeredCallsPerSecond(),
                    step.kind().toString());
        }
    }

    /** In modelled seconds of the run; {@code null} if no call is to be refused. */
    private @Nullable Double predictedRefusal() {
        for (PlannedStep step : plan.steps()) {
            Double into = step.secondsToFirstExhaustion();
            if (into != null) {
                return step.startSeconds() + into;
            }
        }
        return null;
    }

    private record Kind(String kind, List<Peaks.Point> points) {}

    // A slice is so short that a few calls more or less make it jump: what goes on is seen in the mean. So is a last
    // stretch that has hardly begun.
    private List<Peaks.Point> means(ToLongFunction<Stretch> calls) {
        List<Stretch> all = stretches();
        int shown = all.size();
        if (shown > 2 && secondsUnderLoad(all.get(shown - 1)) < secondsUnderLoad(all.get(shown - 2)) / 2) {
            shown--;
        }
        return all.subList(0, shown).stream()
                .map(stretch -> new Peaks.Point(
                        (stretch.fromSlice() + stretch.toSlice()) / 2.0 * sliceSeconds,
                        calls.applyAsLong(stretch) / secondsUnderLoad(stretch)))
                .toList();
    }

    private List<Peaks.Point> offered() {
        List<Peaks.Point> points = new ArrayList<>();
        for (PlannedStep step : plan.steps()) {
            points.add(new Peaks.Point(step.startSeconds(), step.offeredCallsPerSecond()));
            points.add(new Peaks.Point(step.startSeconds() + step.durationSeconds(), step.offeredCallsPerSecond()));
        }
        return points;
    }
}
