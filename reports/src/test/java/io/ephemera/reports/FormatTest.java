package io.ephemera.reports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A number")
class FormatTest {

    @ParameterizedTest(name = "{0} calls/s is {1} as an offered rate, about {2}, to compare {3}")
    @CsvSource({
        "16,          16.0,     16.0,   16.00",
        "16.5708333,  16.571,   16.6,   16.57",
        "24.857,      24.857,   24.9,   24.86",
        "268.7958,    268.796,  269,    268.8",
        "9.996,       9.996,    10.0,   9.996",
        "0.66667,     0.6667,   0.667,  0.6667",
        "0.0277777,   0.02778,  0.0278, 0.02778",
        "0,           0.0,      0.0,    0.0"
    })
    void rates(double value, String offered, String about, String exact) {
        assertEquals(offered, Format.offered(value));
        assertEquals(about, Format.about(value));
        assertEquals(exact, Format.exact(value));
    }

    @ParameterizedTest(name = "{0} calls/s is {1}")
    @CsvSource({"2687.96, '2,688'", "1234.4, '1,234'", "999.99, '1,000'"})
    void largeRates(double value, String text) {
        assertEquals(text, Format.exact(value));
    }

    @ParameterizedTest(name = "{0} s is {1}")
    @CsvSource({
        "137.0, 137 s",
        "136.6, 137 s",
        "99.96, 100 s",
        "33.333, 33.3 s",
        "0.24, 0.24 s",
        "1440, '1,440 s'",
        "0, 0 s"
    })
    void seconds(double value, String text) {
        assertEquals(text, Format.seconds(value));
    }

    @ParameterizedTest(name = "{0} is at least {1} as a speedup to type")
    @CsvSource({"161.9, 161", "10, 10", "9.99, 9.9", "1.04, 1"})
    void factorBelow(double value, String text) {
        assertEquals(text, Format.factorBelow(value));
    }

    @Test
    @DisplayName("is written in the same way wherever the machine stands")
    void locale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertEquals("3,977", Format.count(3_977));
            assertEquals("16.57", Format.exact(16.571));
            assertEquals("0.09 %", Format.percent(0.09));
            assertEquals("1,203 ms", Format.millis(1_203L));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    @DisplayName("stands on one line, whatever text is beside it")
    void oneLine() {
        assertEquals("a?b?[2Jc?d?e", Format.oneLine("a\nb\u001b[2Jc\u202Ed\u2028e"));
        assertEquals("M\u00fcller \ud83d\ude80", Format.oneLine("M\u00fcller \ud83d\ude80"));
    }
}
