package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The text of a figure")
class FigureTextTest {

    /** What can be written in settings and profiles. */
    private enum Kind {
        DURATION("a duration is a number with a unit (ms, s, m, h), like 240s, not "),
        LENGTH("a duration is at most 365 days, not "),
        RANGE("a port range is written like 1024-5000, not "),
        BOUNDS("a port range runs from a lower to a higher port within 1-65535, not "),
        SCOPE("a scope is global or destination, not ");

        private final String refusal;

        Kind(String refusal) {
            this.refusal = refusal;
        }

        Object parse(String text) {
            return switch (this) {
                case DURATION, LENGTH -> Durations.parse(text);
                case RANGE, BOUNDS -> PortRange.parse(text);
                case SCOPE -> Scope.parse(text);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @ParameterizedTest(name = "of a {0}, \"{1}\", is one of {2}, and is shown as {3}")
    @CsvSource({
        "DURATION, 240s, 240000000000, 240s",
        "DURATION, 4m, 240000000000, 240s",
        "DURATION, 1.5h, 5400000000000, 5400s",
        "DURATION, 500ms, 500000000, 500ms",
        "DURATION, 1000ms, 1000000000, 1s",
        "DURATION, 0.5s, 500000000, 500ms",
        "DURATION, ' 30 s ', 30000000000, 30s",
        "DURATION, 0.000001ms, 1, 0.000001ms",
        "DURATION, 1.000000001s, 1000000001, 1.000000001s",
        "DURATION, 0s, 0, 0s",
        "DURATION, 8760h, 31536000000000000, 31536000s",
        "RANGE, 1024-5000, 3977, 1024-5000",
        "RANGE, ' 20000 - 20999 ', 1000, 20000-20999",
        "RANGE, 1-65535, 65535, 1-65535",
        "RANGE, 80-80, 1, 80-80",
        "RANGE, 01024-05000, 3977, 1024-5000",
        "SCOPE, global, 2, global",
        "SCOPE, destination, 2, destination",
        "SCOPE, ' Global ', 2, global",
    })
    void read(Kind kind, String text, long value, String shown) {
        Object read = kind.parse(text);
        if (read instanceof Duration duration) {
            assertEquals(value, duration.toNanos());
            assertEquals(shown, Durations.format(duration));
        } else {
            assertEquals(shown, read.toString());
            assertEquals(value, read instanceof PortRange range ? range.size() : Scope.values().length);
        }
        assertEquals(read, kind.parse(shown));
    }

    @ParameterizedTest(name = "of a {0} is not written in one of {1}")
    @CsvSource(delimiter = '|', textBlock = """
            DURATION | ; ;240;s;-1s;+1s;240 sec;240S;1,5s;1e3s;1.s;.5s;4m30s;NaN;1234567890123s;1.0000000001s;٣s;240d
            LENGTH   | 8760.000000001h;31536000.000000001s;999999999999h
            RANGE    | ;1024;1024-;-5000;1024..5000;a-b;1-2-3;100000-100001;١-٢
            BOUNDS   | 5000-1024;0-10;1024-65536;99999-99999;0-0
            SCOPE    | ;globe;per-destination;global destination
            """)
    void refused(Kind kind, String texts) {
        for (String text : texts.split(";", -1)) {
            Throwable refusal = assertThrows(IllegalArgumentException.class, () -> kind.parse(text), text);
            assertEquals(kind.refusal + text, refusal.getMessage());
        }
    }
}
