package io.ephemera.simulations.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Usage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The load on the wall")
class WallLoadTest {

    @ParameterizedTest(name = "{3}: {0} ns at {1} calls/s of {2} legs")
    @CsvSource({
        "60000000000, 5000,   1, true,  1680000000",
        "60000000001, 5000,   1, false, 5940000000",
        "60000000000, 5000.1, 1, false, 11940000000",
        "60000000000, 2500,   2, true,  1680000000",
        "60000000000, 2501,   2, false, 2940000000"
    })
    @DisplayName("is modest if it is short and slow, legs counted")
    void isModest(long nanos, double callsPerSecond, double legsPerCall, boolean modest, long warmUpNanos) {
        WallLoad load = new WallLoad(nanos, callsPerSecond, legsPerCall);
        assertEquals(modest, load.isModest());
        assertEquals(
                warmUpNanos,
                load.warmUp(Usage.of(Pattern.KEEP_ALIVE_OFF)).durationNanos(),
                "its warm-up is short where it is modest, and the longer, the more it asks");
    }

    @ParameterizedTest(name = "{3} where {0} calls/s meet {1} processors, shared with the server: {2}")
    @CsvSource({
        "5000, 1, true,  1",
        "5000, 2, true,  2",
        "5000, 8, true,  8",
        "5000, 8, false, 2147483647",
        "5001, 8, true,  2147483647"
    })
    @DisplayName("is on an event loop a processor beside a server in the same JVM, if it is modest")
    void mostEventLoops(double callsPerSecond, int processors, boolean shared, int most) {
        assertEquals(most, new WallLoad(1, callsPerSecond, 1).mostEventLoops(processors, shared));
    }
}
