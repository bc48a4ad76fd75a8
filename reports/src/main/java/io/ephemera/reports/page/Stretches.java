package io.ephemera.reports.page;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * What happened in stretches of a run, in bounded memory: the stretches double in length when there are too many. Not safe for
 * concurrent use.
 *
 * @param <T> what is known of one stretch
 */
final class Stretches<T> {

    private final int most;
    private final BinaryOperator<T> merge;
    private final SortedMap<Long, T> stretches = new TreeMap<>();
    private long slicesEach = 1;

    /** @param merge makes one of what is known of two stretches, the earlier first */
    Stretches(int most, BinaryOperator<T> merge) {
        this.most = most;
        this.merge = merge;
    }

    void add(long slice, T value) {
        while (slice / slicesEach >= most) {
            slicesEach *= 2;
            SortedMap<Long, T> halved = new TreeMap<>();
            stretches.forEach((key, stretch) -> halved.merge(key / 2, stretch, merge));
            stretches.clear();
            stretches.putAll(halved);
        }
        stretches.merge(slice / slicesEach, value, merge);
    }

    /** By the slice with which each stretch begins. */
    SortedMap<Long, T> byFirstSlice() {
        SortedMap<Long, T> byFirst = new TreeMap<>();
        for (Map.Entry<Long, T> stretch : stretches.entrySet()) {
            byFirst.put(stretch.getKey() * slicesEach, stretch.getValue());
        }
        return byFirst;
    }
}
