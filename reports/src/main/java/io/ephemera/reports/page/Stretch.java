package io.ephemera.reports.page;

import io.ephemera.reports.Slice;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of a run: one row of a table, one point of a mean.
 *
 * @param fromSlice its first slice
 * @param toSlice the slice after its last one
 * @param ok complete 200s
 * @param exhausted calls refused with no free port
 * @param others every other failure, by kind
 * @param atEnd state of the ports at its end; {@code null} where nobody can tell
 */
record Stretch(
        long fromSlice,
        long toSlice,
        long ok,
        long exhausted,
        SortedMap<String, Long> others,
        Slice.@Nullable Ports atEnd) {

    static Stretch of(Slice slice) {
        return new Stretch(
                slice.index(), slice.index() + 1, slice.ok(), slice.exhausted(), slice.otherFailures(), slice.ports());
    }

    Stretch and(Stretch next) {
        SortedMap<String, Long> all = new TreeMap<>(others);
        next.others.forEach((kind, count) -> all.merge(kind, count, Long::sum));
        return new Stretch(
                fromSlice, next.toSlice, ok + next.ok, exhausted + next.exhausted, all, ports(atEnd, next.atEnd));
    }

    // The state is that of the end; only the peak is one of the whole stretch.
    private static Slice.@Nullable Ports ports(Slice.@Nullable Ports first, Slice.@Nullable Ports next) {
        if (first == null || next == null) {
            return next == null ? first : next;
        }
        int peak = Math.max(first.peakTimeWait(), next.peakTimeWait());
        return new Slice.Ports(next.live(), next.timeWait(), next.free(), next.heldElsewhere(), peak);
    }

    Stretch from(long slice) {
        return new Stretch(slice, toSlice, ok, exhausted, others, atEnd);
    }

    long other() {
        return others.values().stream().mapToLong(Long::longValue).sum();
    }
}
