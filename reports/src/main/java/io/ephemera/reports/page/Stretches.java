package io.ephemera.reports.page;

import io.ephemera.reports.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What happened in stretches of time, few enough for a table to read: they double when there are too many. */
final class Stretches {

    static final int MOST = 96;

    private final SortedMap<Long, Stretch> stretches = new TreeMap<>();
    private long slicesEach = 1;

    /** One row. Times are slices, the last excluded. */
    static final class Stretch {
        long fromSlice;
        long toSlice;
        long ok;
        long exhausted;
        final SortedMap<String, Long> others = new TreeMap<>();
        Slice.@Nullable Ports atEnd;
        int peakTimeWait;

        long other() {
            return others.values().stream().mapToLong(Long::longValue).sum();
        }

        private void add(Stretch next) {
            toSlice = next.toSlice;
            ok += next.ok;
            exhausted += next.exhausted;
            next.others.forEach((kind, count) -> others.merge(kind, count, Long::sum));
            atEnd = next.atEnd == null ? atEnd : next.atEnd;
            peakTimeWait = Math.max(peakTimeWait, next.peakTimeWait);
        }
    }

    void add(Slice slice) {
        while (slice.index() / slicesEach >= MOST) {
            halve();
        }
        Stretch one = new Stretch();
        one.fromSlice = slice.index() / slicesEach * slicesEach;
        one.toSlice = slice.index() + 1;
        for (Slice.StepCalls calls : slice.calls()) {
            one.ok += calls.ok();
            one.exhausted += calls.exhausted();
            calls.otherFailures().forEach((kind, count) -> one.others.merge(kind, count, Long::sum));
        }
        Slice.Ports ports = slice.ports();
        if (ports != null) {
            one.atEnd = ports;
            one.peakTimeWait = ports.peakTimeWait();
        }
        put(stretches, slice.index() / slicesEach, one);
    }

    private static void put(SortedMap<Long, Stretch> stretches, long key, Stretch next) {
        Stretch before = stretches.get(key);
        if (before == null) {
            stretches.put(key, next);
        } else {
            before.add(next);
        }
    }

    private void halve() {
        slicesEach *= 2;
        SortedMap<Long, Stretch> halved = new TreeMap<>();
        stretches.forEach((key, stretch) -> put(halved, key / 2, stretch));
        halved.values().forEach(stretch -> stretch.fromSlice = stretch.fromSlice / slicesEach * slicesEach);
        stretches.clear();
        stretches.putAll(halved);
    }

    List<Stretch> list() {
        return new ArrayList<>(stretches.values());
    }
}
