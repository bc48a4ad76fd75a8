package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The capacity of a pool")
class CapacityTest {

    private static final Capacity WINDOWS_2003 = new Capacity(3_977, 240, 1);

    @ParameterizedTest(name = "{0} ports, TIME_WAIT {1} s and {2} ports a call carry {3} calls/s")
    @CsvSource({
        "3977, 240, 1, 16.571",
        "64511, 240, 1, 268.796",
        "3977, 30, 1, 132.567",
        "64511, 30, 1, 2150.367",
        "3977, 240, 2, 8.285",
        "3977, 240, 0.5, 33.142",
        "1, 1, 1, 1.000",
        "28232, 60, 1, 470.533",
        "1000, 0.007, 3, 47619.048",
    })
    void threshold(int ports, double timeWaitSeconds, double portsPerCall, String callsPerSecond) {
        double threshold = new Capacity(ports, timeWaitSeconds, portsPerCall).thresholdCallsPerSecond();
        assertEquals(callsPerSecond, String.format(Locale.ROOT, "%.3f", threshold));
    }

    @ParameterizedTest(
            name =
                    "of {0} ports, {1} s and {2} ports a call: from {3} to {4} calls/s the first call is refused {5} s into the step")
    @CsvSource({
        "3977, 240, 1, 16, 17, 137",
        "3977, 240, 1, 16, 20, 34.25",
        "3977, 240, 1, 10, 17, 225.28571428571428",
        "3977, 240, 1, 0, 20, 198.85",
        "3977, 240, 1, 0, 17, 233.94117647058823",
        "3977, 240, 1, 0, 1000, 3.977",
        "3977, 240, 1, 15, 18, 125.66666666666667",
        "3977, 240, 2, 0, 20, 99.425",
        "3977, 240, 2, 8, 9, 68.5",
        "600, 60, 1, 10, 11, 0",
        "3977, 240, 1, 0, 0,",
        "3977, 240, 1, 0, 16,",
        "3977, 240, 1, 16, 16.5,",
        "3977, 240, 1, 0, 16.570833333333333,",
        "3977, 240, 1, 16.570833333333333, 16.570833333333333,",
        "3977, 240, 1, 16, 2,",
    })
    void firstExhaustion(
            int ports,
            double timeWait,
            double portsPerCall,
            double settled,
            double callsPerSecond,
            @Nullable Double seconds) {
        assertEquals(
                seconds == null ? OptionalDouble.empty() : OptionalDouble.of(seconds),
                new Capacity(ports, timeWait, portsPerCall).secondsToFirstExhaustion(settled, callsPerSecond));
    }

    @ParameterizedTest(name = "refuses {0} ports, TIME_WAIT {1} s, {2} ports a call: {3}")
    @CsvSource({
        "0, 240, 1, 'ports must be at least 1, not 0'",
        "1, 0, 1, 'TIME_WAIT must be above 0 s, not 0.0 s'",
        "1, NaN, 1, 'TIME_WAIT must be above 0 s, not NaN s'",
        "1, Infinity, 1, 'TIME_WAIT must be above 0 s, not Infinity s'",
        "1, 240, 0, 'ports per call must be above 0, not 0.0'",
        "1, 240, NaN, 'ports per call must be above 0, not NaN'",
        "1, 240, Infinity, 'ports per call must be above 0, not Infinity'",
    })
    void refusesBadFigures(int ports, double timeWaitSeconds, double portsPerCall, String message) {
        var refusal =
                assertThrows(IllegalArgumentException.class, () -> new Capacity(ports, timeWaitSeconds, portsPerCall));
        assertEquals(message, refusal.getMessage());
    }

    @Test
    @DisplayName("refuses to say what follows a step that was above the threshold itself, or no rate")
    void refusesAnUnsettledStep() {
        var refusal = assertThrows(IllegalArgumentException.class, () -> WINDOWS_2003.secondsToFirstExhaustion(17, 18));
        assertEquals("a rate of 17.0 calls/s does not settle: the threshold is " + 3_977 / 240.0, refusal.getMessage());
        for (double rate : new double[] {-1, Double.NaN}) {
            var noRate =
                    assertThrows(IllegalArgumentException.class, () -> WINDOWS_2003.secondsToFirstExhaustion(rate, 20));
            assertEquals("a rate is at least 0 calls/s, not " + rate, noRate.getMessage());
        }
    }
}
