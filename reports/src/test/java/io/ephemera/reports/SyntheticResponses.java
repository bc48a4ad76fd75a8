package io.ephemera.reports;

import java.util.Map;
import java.util.TreeMap;

/** How long the responses of a {@link SyntheticRun} took. */
final class SyntheticResponses {

    private SyntheticResponses() {}

    /** One success in ten takes 2 ms, the others 1 ms; a refusal takes none, every other failure 40 ms. */
    static Slice.Responses of(long ok, long exhausted, Map<String, Long> others) {
        long other = others.values().stream().mapToLong(Long::longValue).sum();
        return new Slice.Responses(counts(1, ok - ok / 10, 2, ok / 10), counts(0, exhausted, 40, other));
    }

    private static Map<Long, Long> counts(long millis, long count, long otherMillis, long otherCount) {
        Map<Long, Long> counts = new TreeMap<>();
        if (count > 0) {
            counts.put(millis, count);
        }
        if (otherCount > 0) {
            counts.put(otherMillis, otherCount);
        }
        return counts;
    }
}
