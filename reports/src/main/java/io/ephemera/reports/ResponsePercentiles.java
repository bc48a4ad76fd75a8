package io.ephemera.reports;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long responses took, in WALL-CLOCK milliseconds, as Gatling timed them. Of a call of several exchanges, this is the exchange with
 * which it ended.
 *
 * @param ok of calls that went well; {@code null} if there were none
 * @param failed of calls that failed, refused ones among them; {@code null} if there were none
 */
public record ResponsePercentiles(
        @Nullable Percentiles ok, @Nullable Percentiles failed) {

    /**
     * Percentiles of response times, in WALL-CLOCK milliseconds: exact up to 255 ms, within 1 % above.
     *
     * @param calls how many were timed
     * @param p50Millis half of them took at most this long
     * @param p75Millis 75 % did
     * @param p90Millis 90 % did
     * @param p95Millis 95 % did
     * @param p99Millis 99 % did
     * @param p999Millis 99.9 % did
     * @param maxMillis the longest
     */
    public record Percentiles(
            long calls,
            long p50Millis,
            long p75Millis,
            long p90Millis,
            long p95Millis,
            long p99Millis,
            long p999Millis,
            long maxMillis) {

        /** All of them, from the shortest to the longest. */
        public List<Long> millis() {
            return List.of(p50Millis, p75Millis, p90Millis, p95Millis, p99Millis, p999Millis, maxMillis);
        }
    }
}
