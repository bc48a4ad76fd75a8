package io.ephemera.ports.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A load")
class LoadTest {

    private static final String DAY = """
            # calls of a working day
            seconds,callsPerSecond
            0,2

            28800,2
            36000,40
            64800,30
            86400,2
            """;

    @Test
    @DisplayName("of a constant rate starts call n at n / rate")
    void constant() {
        Load load = Load.constant(16, Duration.ofSeconds(10));
        assertEquals(160, load.calls());
        assertEquals(0, load.startNanos(0));
        assertEquals(62_500_000, load.startNanos(1));
        assertEquals(9_937_500_000L, load.startNanos(159));
        assertEquals(OptionalLong.of(62_500_000), load.spacingNanos());
        assertEquals(
                OptionalLong.empty(), Load.constant(17, Duration.ofSeconds(10)).spacingNanos());
    }

    @ParameterizedTest(name = "of {0} calls/s over {1} s has {2} calls: those that start before its end")
    @CsvSource({"16, 10, 160", "16.1, 240, 3864", "0.5, 3, 2", "0.1, 240, 24", "0, 5, 0", "1000, 86400, 86400000"})
    void calls(double rate, long seconds, long calls) {
        assertEquals(calls, Load.constant(rate, Duration.ofSeconds(seconds)).calls());
    }

    @Test
    @DisplayName("of a ramp has as many calls as its mean rate, and starts call n where the integral reaches n")
    void ramp() {
        Load up = Load.ramp(0, 20, Duration.ofSeconds(10));
        assertEquals(100, up.calls());
        assertEquals(0, up.startNanos(0));
        assertEquals(1_000_000_000L, up.startNanos(1));
        assertEquals(5_000_000_000L, up.startNanos(25));
        Load down = Load.ramp(20, 0, Duration.ofSeconds(10));
        assertEquals(Math.round((10 - Math.sqrt(75)) * 1e9), down.startNanos(25));
    }

    @Test
    @DisplayName("of a day's curve starts no call before the one before it, and none outside the day")
    void curve() {
        Load day = Load.curve(DAY);
        assertEquals(57_600 + 151_200 + 1_008_000 + 345_600, day.calls());
        long before = 0;
        for (long call = 0; call < day.calls(); call++) {
            long now = day.startNanos(call);
            assertTrue(now >= before && now < 86_400_000_000_000L, "call " + call);
            before = now;
        }
    }

    @Test
    @DisplayName("of a curve that begins with a byte-order mark is the same as without it")
    void byteOrderMark() {
        Load load = Load.curve("\uFEFFseconds,callsPerSecond\r\n0,2\r\n10,2\r\n");
        assertEquals(20, load.calls());
        assertEquals(20, Load.curve("\uFEFF0,2\n10,2").calls());
        assertEquals(3, load.callsBefore(1_000_000_001L));
    }

    @Test
    @DisplayName("has no calls before a curve's first point, nor while its rate is 0")
    void gaps() {
        Load load = Load.curve("5,1\n7,1\n8,0\n10,0\n11,2\n");
        assertEquals(4, load.calls());
        assertEquals(5_000_000_000L, load.startNanos(0));
        assertEquals(7_000_000_000L, load.startNanos(2));
        assertEquals(10_000_000_000L + Math.round(Math.sqrt(0.5) * 1e9), load.startNanos(3));
    }

    @Test
    @DisplayName("never has more calls within a span than it says, and nearly as many")
    void mostCallsWithin() {
        for (long seed = 0; seed < 150; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            StringBuilder csv = new StringBuilder();
            double seconds = 0;
            for (int point = 0; point < 2 + random.nextInt(6); point++) {
                csv.append(seconds).append(',').append(random.nextInt(40)).append('\n');
                seconds += 1 + random.nextInt(10);
            }
            Load load = Load.curve(csv.toString());
            long span = 1_000_000_000L + random.nextInt(1_000_000_000);
            double counted = Load.of(load.calls(), load::startNanos).mostCallsWithin(span);
            double said = load.mostCallsWithin(span);
            String name = "seed " + seed + ", " + span + " ns:\n" + csv;
            assertTrue(counted <= Math.ceil(said + 1e-6), counted + " > " + said + ", " + name);
            assertTrue(counted >= said - 1 - 1e-6, counted + " < " + said + ", " + name);
        }
    }

    @ParameterizedTest(name = "refuses the curve \"{0}\": {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "0,1               | a curve has at least two lines seconds,callsPerSecond",
                "''                | a curve has at least two lines seconds,callsPerSecond",
                "0,1;0,2           | line 2: the seconds rise from line to line, not from 0.0 to 0.0",
                "0,1;10            | line 2: seconds,callsPerSecond, like 3600,12.5, not 10",
                "0,1;10,x          | line 2: seconds,callsPerSecond, like 3600,12.5, not 10,x",
                "0,1;10,2,3        | line 2: seconds,callsPerSecond, like 3600,12.5, not 10,2,3",
                "time,rate;0,1     | line 1: seconds,callsPerSecond, like 3600,12.5, not time,rate",
                "0,1;10,-2         | line 2: a rate is 0 to 10 million calls/s, not -2.0",
                "0,1;10,NaN        | line 2: a rate is 0 to 10 million calls/s, not NaN",
                "-1,1;10,2         | line 1: seconds are 0 to 365 days, not -1.0",
                "0,1;99999999999,2 | line 2: seconds are 0 to 365 days, not 9.9999999999E10",
            })
    void refusesCurves(String csv, String message) {
        assertEquals(message, refusal(() -> Load.curve(csv.replace(';', '\n'))));
    }

    @ParameterizedTest(name = "refuses a rate of {0} calls/s")
    @ValueSource(doubles = {-1, 1.1e7, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesRates(double rate) {
        assertEquals(
                "a rate is 0 to 10 million calls/s, not " + rate,
                refusal(() -> Load.constant(rate, Duration.ofSeconds(1))));
    }

    @Test
    @DisplayName("refuses to last no time, or more than a year")
    void refusesDurations() {
        assertEquals(
                "a load lasts more than 0 s and at most 365 days, not 0.0 s",
                refusal(() -> Load.constant(1, Duration.ZERO)));
        assertEquals(
                "a load lasts more than 0 s and at most 365 days, not 3.16224E7 s",
                refusal(() -> Load.ramp(1, 2, Duration.ofDays(366))));
    }

    private static String refusal(org.junit.jupiter.api.function.Executable load) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, load).getMessage());
    }
}
