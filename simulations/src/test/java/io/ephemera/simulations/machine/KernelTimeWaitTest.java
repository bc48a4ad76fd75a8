package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the reader relies on, asked of the kernel itself. */
@Execution(ExecutionMode.CONCURRENT)
@DisplayName("The kernel's TIME_WAIT")
class KernelTimeWaitTest {

    /** One tick of the slowest kernel, {@code CONFIG_HZ=100}; 4 ms with {@code CONFIG_HZ=250}. */
    private static final double TICK_MILLIS = 10;

    private static final double USER_TICK_MILLIS = 10;

    @ParameterizedTest(name = "of connections to {0} counts down from 60 s whatever tcp_fin_timeout is, after {1} ms")
    @CsvSource({"127.0.0.1, 0", "127.0.0.1, 2000", "10.7.0.1, 500", "::1, 500"})
    void ages(String address, long millis) throws Exception {
        Map<String, String> told = ChildInNamespace.run(TimeWaitFacts.class, "ages", address, Long.toString(millis));
        assertEquals("100", told.get("seen"), told::toString);
        assertTrue(Double.parseDouble(told.get("tooYoungByMillis")) <= TICK_MILLIS, told::toString);
        assertTrue(Double.parseDouble(told.get("tooOldByMillis")) <= TICK_MILLIS + USER_TICK_MILLIS, told::toString);
        assertEquals("FIN_WAIT_2", told.get("orphanState"));
        assertTrue(Long.parseLong(told.get("orphanRemainingMillis")) <= 30_000, told::toString);
    }

    @Test
    @DisplayName("lasts 60 s at least and a step of the timer wheel more at most, whatever tcp_fin_timeout is")
    void plain() throws Exception {
        Figure<Long> ticks = new LinuxFigures(Path.of("/proc"), Path.of("/boot")).ticksPerSecond();
        // Where the kernel does not tell its ticks, the slowest has the longest step.
        Duration wheelStep = LinuxTimeWait.wheelStep(ticks.known().orElse(100L));
        double step = wheelStep.toNanos() / 1e9;
        Map<String, String> told =
                ChildInNamespace.run(TimeWaitFacts.class, "ends", Long.toString(wheelStep.toMillis()));
        double tick = TICK_MILLIS / 1000;
        assertTrue(seconds(told, "shortestAtMost") >= 60 - tick, told::toString);
        assertTrue(seconds(told, "longestAtLeast") <= 60 + step + tick, told::toString);
        if (ticks.known().isPresent()) {
            double predicted = 60 + step / 2;
            assertTrue(seconds(told, "meanAtLeast") <= predicted + step / 4, told::toString);
            assertTrue(seconds(told, "meanAtMost") >= predicted - step / 4, told::toString);
        }
    }

    private static double seconds(Map<String, String> told, String key) {
        return Double.parseDouble(told.get(key));
    }
}
