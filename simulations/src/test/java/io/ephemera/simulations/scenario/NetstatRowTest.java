package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A count of TIME_WAIT by remote endpoint")
class NetstatRowTest {

    @ParameterizedTest(name = "{0} of 1,000 ports is {1}")
    @CsvSource({
        "0, no port exhaustion: 0 % of the ports",
        "599, no port exhaustion: 60 % of the ports",
        "600, 'no port exhaustion, but near: 60 % of the ports'",
        "800, 'no port exhaustion, but near: 80 % of the ports'",
        "989, 'no port exhaustion, but near: 99 % of the ports'",
        "990, port exhaustion: no port is left",
        "1000, port exhaustion: no port is left"
    })
    void verdicts(int inTimeWait, String verdict) {
        assertEquals(verdict, new NetstatRow(1, List.of(0), 0, List.of(inTimeWait)).verdict(1000));
        assertEquals(verdict, new NetstatRow(1, List.of(inTimeWait), 0, List.of()).verdict(1000));
    }

    @Test
    @DisplayName("shows each endpoint on the model and in the system's table")
    void line() {
        List<String> endpoints = List.of("127.0.0.1:81", "127.0.0.1:82");
        assertEquals(
                "TIME_WAIT: 127.0.0.1:81 600 (netstat 599), 127.0.0.1:82 201 (netstat 200) of 1,000: no port exhaustion,"
                        + " but near: 80 % of the ports",
                new NetstatRow(1, List.of(600, 201), 801, List.of(599, 200)).line(endpoints, 1000));
        assertEquals(
                "TIME_WAIT: 127.0.0.1:81 3, 127.0.0.1:82 1 of 1,000: no port exhaustion: 0 % of the ports",
                new NetstatRow(1, List.of(3, 1), 4, List.of()).line(endpoints, 1000));
    }

    @Test
    @DisplayName("is taken as the median of several")
    void median() {
        assertEquals(3, NetstatRow.median(9, 1, 3));
        assertEquals(2, NetstatRow.median(4, 2, 1, 8));
        assertEquals(0, NetstatRow.median());
    }
}
