package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A port range")
class PortRangeTest {

    @ParameterizedTest(name = "\"{0}\" has {1} ports and is shown as {2}")
    @CsvSource({
        "1024-5000, 3977, 1024-5000",
        "1024-65534, 64511, 1024-65534",
        "49152-65535, 16384, 49152-65535",
        "' 20000 - 20999 ', 1000, 20000-20999",
        "1-65535, 65535, 1-65535",
        "80-80, 1, 80-80",
        "01024-05000, 3977, 1024-5000",
    })
    void parsed(String text, int size, String shown) {
        PortRange range = PortRange.parse(text);
        assertEquals(size, range.size());
        assertEquals(shown, range.toString());
        assertEquals(range, PortRange.parse(shown));
    }

    @ParameterizedTest(name = "is not written \"{0}\"")
    @ValueSource(
            strings = {"", "1024", "1024-", "-5000", "1024..5000", "1024:5000", "a-b", "1024-5000-6000", "100000-100001"
            })
    void refusesOtherText(String text) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> PortRange.parse(text));
        assertEquals("a port range is written like 1024-5000, not " + text, refusal.getMessage());
    }

    @ParameterizedTest(name = "does not run {0}")
    @ValueSource(strings = {"5000-1024", "0-10", "1024-65536", "99999-99999", "0-0"})
    void refusesOtherBounds(String text) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> PortRange.parse(text));
        assertEquals(
                "a port range runs from a lower to a higher port within 1-65535, not " + text, refusal.getMessage());
    }

    @Test
    @DisplayName("contains both its ends and nothing beyond them")
    void containsItsEnds() {
        PortRange range = new PortRange(1024, 5000);
        assertTrue(range.contains(1024) && range.contains(5000));
        assertFalse(range.contains(1023) || range.contains(5001));
    }
}
