package io.ephemera.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A forecast")
class ExhaustionForecastTest {

    private static final Duration MINUTE = Duration.ofSeconds(60);

    /** A load at a steady rate that began so long ago: one entry every so many milliseconds, the youngest that old. */
    private static List<Long> since(long seconds, long everyMillis) {
        return LongStream.range(0, Math.min(seconds, 60) * 1000 / everyMillis)
                .map(n -> n * everyMillis)
                .boxed()
                .toList();
    }

    @ParameterizedTest(name = "of {0} ports at a call every {1} ms since {2} s, {3} live: {4} s")
    @CsvSource({
        // 1,000 ports / 20 calls/s = 50 s from an empty pool, of which 20 s are over.
        "1000, 50, 20, 0, 30",
        "1000, 50, 20, 100, 25",
        // 20 calls/s x 60 s = 1,200 ports: enough.
        "1300, 50, 20, 0, ",
        "1300, 50, 60, 0, ",
        // In full swing every port that comes back is taken again.
        "1199, 50, 59, 0, 0.95",
        "1000, 50, 60, 0, 0",
    })
    void steady(int ports, long everyMillis, long since, int live, Double seconds) {
        ExhaustionForecast forecast = ExhaustionForecast.of(ports, MINUTE, live, since(since, everyMillis));
        assertEquals(1000.0 / everyMillis, forecast.callsPerSecond(), 1e-9);
        assertEquals(seconds == null, forecast.secondsToExhaustion().isEmpty());
        if (seconds != null) {
            assertEquals(seconds, forecast.secondsToExhaustion().getAsDouble(), 0.06);
        }
    }

    @Test
    @DisplayName(
            "waits for the ports of an earlier burst to come back: the present rate alone is what decides after that")
    void burst() {
        // 900 ports come back in 1 s; the 2 calls/s of now take 120 ports in the end.
        List<Long> ages = LongStream.concat(
                        LongStream.range(0, 20).map(n -> n * 500),
                        LongStream.range(0, 900).map(n -> 59_000))
                .boxed()
                .toList();
        ExhaustionForecast forecast = ExhaustionForecast.of(1_000, MINUTE, 0, ages);
        assertEquals(OptionalDouble.empty(), forecast.secondsToExhaustion());
        assertEquals(120, forecast.levelsOffAt(), 1e-9);
    }

    @Test
    @DisplayName("of a machine at rest has no rate, and nothing to come")
    void rest() {
        assertEquals(
                new ExhaustionForecast(0, OptionalDouble.empty(), 7),
                ExhaustionForecast.of(1_000, MINUTE, 7, List.of()));
    }
}
