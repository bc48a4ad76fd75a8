package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A duration")
class DurationsTest {

    @ParameterizedTest(name = "\"{0}\" is {1} ns, and is shown as {2}")
    @CsvSource({
        "240s, 240000000000, 240s",
        "4m, 240000000000, 240s",
        "1.5h, 5400000000000, 5400s",
        "500ms, 500000000, 500ms",
        "1000ms, 1000000000, 1s",
        "1500ms, 1500000000, 1.5s",
        "0.5s, 500000000, 500ms",
        "' 30 s ', 30000000000, 30s",
        "0.000001ms, 1, 0.000001ms",
        "1.000000001s, 1000000001, 1.000000001s",
        "0s, 0, 0s",
        "100s, 100000000000, 100s",
        "8760h, 31536000000000000, 31536000s",
    })
    void parsed(String text, long nanos, String shown) {
        assertEquals(Duration.ofNanos(nanos), Durations.parse(text));
        assertEquals(shown, Durations.format(Duration.ofNanos(nanos)));
        assertEquals(Duration.ofNanos(nanos), Durations.parse(shown));
    }

    @ParameterizedTest(name = "is not written \"{0}\"")
    @ValueSource(
            strings = {
                "",
                " ",
                "240",
                "s",
                "-1s",
                "+1s",
                "240 sec",
                "240S",
                "1,5s",
                "1e3s",
                "1.s",
                ".5s",
                "4m30s",
                "NaN",
                "1234567890123s",
                "1.0000000001s",
                "٣s",
                "240d"
            })
    void refusesOtherText(String text) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> Durations.parse(text));
        assertEquals("a duration is a number with a unit (ms, s, m, h), like 240s, not " + text, refusal.getMessage());
    }

    @Test
    @DisplayName("is at most 365 days, to the nanosecond")
    void atMostAYear() {
        for (String text : new String[] {"8760.000000001h", "31536000.000000001s", "999999999999h"}) {
            var refusal = assertThrows(IllegalArgumentException.class, () -> Durations.parse(text));
            assertEquals("a duration is at most 365 days, not " + text, refusal.getMessage());
        }
    }
}
