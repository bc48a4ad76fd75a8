package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Leak predicts")
class LeakForecastTest {

    private static Circumstances circumstances(String ports, String timeWait) throws Exception {
        return Under.settings("ports=" + ports, "timeWait=" + timeWait);
    }

    @Test
    @DisplayName(
            "of ten ports, to the connection: who has them when the first call is refused, and that the leak gets all")
    void ten() throws Exception {
        // A leak every 2 s, a call every 4 s; a port is back after 12 s, and at one instant the leak comes first.
        assertEquals(
                new LeakForecast(16.0, 5, 3, 2, 10),
                LeakForecast.of(circumstances("20000-20009", "12s"), 0.25, 0.5, 30, false));
    }

    @Test
    @DisplayName("that nobody is refused where connections are closed after all")
    void closed() throws Exception {
        assertEquals(
                new LeakForecast(null, 0, 0, 0, 0),
                LeakForecast.of(circumstances("20000-20009", "12s"), 0.25, 0.5, 30, true));
    }

    @Test
    @DisplayName("(P - r T) / l on classic Windows, and hardly more with an eighth of the TIME_WAIT")
    void classic() throws Exception {
        double calls = 0.829;
        double leaks = 10.495;
        Double first = LeakForecast.of(circumstances("1024-5000", "240s"), calls, leaks, 600, false)
                .firstRefusedSeconds();
        Double tuned = LeakForecast.of(circumstances("1024-5000", "30s"), calls, leaks, 600, false)
                .firstRefusedSeconds();
        assertNotNull(first);
        assertNotNull(tuned);
        // A call comes every 1.2 s.
        assertEquals((3977 - calls * 240) / leaks, first, 1 / calls);
        assertEquals((3977 - calls * 30) / leaks, tuned, 1 / calls);
    }
}
