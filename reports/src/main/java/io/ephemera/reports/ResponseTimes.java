package io.ephemera.reports;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.jspecify.annotations.Nullable;

/**
 * Counts response times in memory that does not grow with their number: whole wall-clock milliseconds, exact up to 255 ms and
 * within 1 % above (HdrHistogram, two significant digits). Not safe for concurrent use.
 */
public final class ResponseTimes {

    /** Nothing waits for a response longer than a day; in wall-clock milliseconds. */
    static final long LONGEST_MILLIS = 86_400_000;

    private static final int SIGNIFICANT_DIGITS = 2;

    private final Histogram histogram = new Histogram(SIGNIFICANT_DIGITS);

    /** Counts one response. A time below 0, of a clock that was set back, counts as 0. */
    public void add(long millis) {
        add(millis, 1);
    }

    private void add(long millis, long count) {
        histogram.recordValueWithCount(Math.max(0, Math.min(LONGEST_MILLIS, millis)), count);
    }

    /** Counts what was counted before. */
    public void addAll(Map<Long, Long> counts) {
        counts.forEach(this::add);
    }

    /** How many responses took how many milliseconds. */
    public Map<Long, Long> counts() {
        Map<Long, Long> counts = new TreeMap<>();
        for (HistogramIterationValue value : histogram.recordedValues()) {
            counts.put(Math.min(LONGEST_MILLIS, value.getValueIteratedTo()), value.getCountAddedInThisIterationStep());
        }
        return counts;
    }

    /** The percentiles; {@code null} if nothing was counted. */
    ResponsePercentiles.@Nullable Percentiles percentiles() {
        return histogram.getTotalCount() == 0
                ? null
                : new ResponsePercentiles.Percentiles(
                        histogram.getTotalCount(),
                        at(50),
                        at(75),
                        at(90),
                        at(95),
                        at(99),
                        at(99.9),
                        Math.min(LONGEST_MILLIS, histogram.getMaxValue()));
    }

    /** So many percent of the responses took at most this long; 0 if nothing was counted. In wall-clock milliseconds. */
    public long at(double percent) {
        return Math.min(LONGEST_MILLIS, histogram.getValueAtPercentile(percent));
    }

    /** How many were counted. */
    public long count() {
        return histogram.getTotalCount();
    }
}
