package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Response times")
class ResponseTimesTest {

    private final ResponseTimes times = new ResponseTimes();

    @Test
    @DisplayName("of nothing have no percentiles")
    void none() {
        assertNull(times.percentiles());
        assertEquals(Map.of(), times.counts());
    }

    @Test
    @DisplayName("are exact up to 255 ms")
    void exact() {
        for (int millis = 0; millis <= 255; millis++) {
            times.add(millis);
        }
        ResponsePercentiles.Percentiles percentiles = times.percentiles();

        assertNotNull(percentiles);
        assertEquals(new ResponsePercentiles.Percentiles(256, 127, 191, 230, 243, 253, 255, 255), percentiles);
        assertEquals(256, times.counts().size());
        assertEquals(1, times.counts().get(0L));
    }

    @Test
    @DisplayName("of a clock that was set back, or of a response that never seems to come, stay in bounds")
    void outOfBounds() {
        times.add(-5);
        times.add(Long.MAX_VALUE);

        assertEquals(Map.of(0L, 1L, ResponseTimes.LONGEST_MILLIS, 1L), times.counts());
    }

    @Test
    @DisplayName("of a million calls take the memory of a few hundred, and come back from a recording the same")
    void bounded() {
        long seed = 42;
        Random random = new Random(seed);
        for (int call = 0; call < 1_000_000; call++) {
            times.add((long) Math.exp(random.nextDouble() * 11));
        }
        ResponseTimes again = new ResponseTimes();
        again.addAll(times.counts());

        assertTrue(
                times.counts().size() < 1_500,
                "distinct times: " + times.counts().size());
        assertEquals(1_000_000, again.count());
        assertEquals(times.percentiles(), again.percentiles());
        double p99 = again.at(99);
        assertEquals(Math.exp(0.99 * 11), p99, 0.02 * p99);
    }
}
