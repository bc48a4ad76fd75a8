package io.ephemera.reports.page;

import io.ephemera.reports.RunPlan;
import io.ephemera.reports.Slice;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The curves of a run, in memory that does not grow with it: fed slice by slice, in order of time. Times are modelled seconds from
 * the start of the first step. Not safe for concurrent use.
 */
final class Curves {

    /** More kinds of failure than this are no longer told apart in a chart; the tables and the CSV have them all. */
    static final int MOST_KINDS = 7;

    static final String FURTHER = "further kinds";

    private final double sliceSeconds;
    private final double loadSeconds;
    private final Peaks ok = new Peaks();
    private final Peaks exhausted = new Peaks();
    private final Map<String, Peaks> others = new LinkedHashMap<>();
    private final Peaks live = new Peaks();
    private final Peaks timeWait = new Peaks();
    private final Peaks free = new Peaks();
    private final Stretches stretches = new Stretches();
    private boolean anyPorts;
    private long next;

    /** @param kinds kinds of failure that are to have a curve, the weightiest first; further ones get one while there is room */
    Curves(RunPlan plan, Collection<String> kinds) {
        this.sliceSeconds = plan.sliceSeconds();
        this.loadSeconds = plan.steps().stream()
                .mapToDouble(step -> step.startSeconds() + step.durationSeconds())
                .max()
                .orElse(0);
        kinds.stream().limit(MOST_KINDS).forEach(kind -> others.put(kind, new Peaks()));
    }

    /** Adds the first slice as if those before it had been added. */
    void continueWith(Slice slice) {
        if (next == 0) {
            next = slice.index();
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
        stretches.add(slice);
        long okCalls = 0;
        long exhaustedCalls = 0;
        Map<String, Long> otherCalls = new LinkedHashMap<>();
        for (Slice.StepCalls calls : slice.calls()) {
            okCalls += calls.ok();
            exhaustedCalls += calls.exhausted();
            calls.otherFailures().forEach((kind, count) -> otherCalls.merge(curveOf(kind), count, Long::sum));
        }
        calls(slice.index(), okCalls, exhaustedCalls, otherCalls);
        ports(slice);
    }

    private void ports(Slice slice) {
        Slice.Ports ports = slice.ports();
        if (ports != null) {
            anyPorts = true;
            double end = (slice.index() + 1) * sliceSeconds;
            live.add(slice.index(), end, ports.live());
            // The end of a slice misses a peak within it.
            timeWait.add(slice.index(), end, Math.max(ports.timeWait(), ports.peakTimeWait()));
            free.add(slice.index(), end, ports.free());
        }
    }

    private String curveOf(String kind) {
        if (others.containsKey(kind)) {
            return kind;
        }
        String curve = others.size() < MOST_KINDS ? kind : FURTHER;
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
    double secondsUnderLoad(long fromSlice, long toSlice) {
        double from = fromSlice * sliceSeconds;
        double to = toSlice * sliceSeconds;
        return from < loadSeconds ? Math.min(to, loadSeconds) - from : to - from;
    }

    List<Peaks.Point> ok() {
        return ok.points();
    }

    List<Peaks.Point> exhausted() {
        return exhausted.points();
    }

    /** Other failures, by kind. */
    Map<String, List<Peaks.Point>> others() {
        Map<String, List<Peaks.Point>> points = new LinkedHashMap<>();
        others.forEach((kind, curve) -> points.put(kind, curve.points()));
        return points;
    }

    List<Peaks.Point> live() {
        return live.points();
    }

    List<Peaks.Point> timeWait() {
        return timeWait.points();
    }

    List<Peaks.Point> free() {
        return free.points();
    }

    /** Whether anybody could tell the state of the ports. */
    boolean hasPorts() {
        return anyPorts;
    }

    List<Stretches.Stretch> stretches() {
        return stretches.list();
    }

    double sliceSeconds() {
        return sliceSeconds;
    }
}
