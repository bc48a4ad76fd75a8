package io.ephemera.simulations.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.Schedule;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The schedule")
class ScheduleTest {

    private static final Profile WINDOWS_2003 = ProfileCatalogue.find("windows-2003");
    private static final List<PlannedStep> STEPS = new WallStaircase(
                    Usage.of(Pattern.KEEP_ALIVE_OFF), PortLimits.of(WINDOWS_2003), 48)
            .steps(new Wishes(List.of(10.0, 16.0), null, null), Duration.ZERO, 2);
    private static final Schedule SCHEDULE = new Schedule(STEPS, 120);

    @Test
    @DisplayName("computes the start of each call from its number, in wall time")
    void starts() {
        assertEquals(0, SCHEDULE.startNanos(0));
        assertEquals(Math.round(0.1 / 120 * 1e9), SCHEDULE.startNanos(1));
        assertEquals(Math.round(249.6 / 120 * 1e9), SCHEDULE.startNanos(2496), "the first call of the second step");
        assertEquals(Math.round((249.6 + 1 / 16.0) / 120 * 1e9), SCHEDULE.startNanos(2497));
    }

    @Test
    @DisplayName("never goes back, keeps each call inside its step, and starts no more calls than planned")
    void order() {
        long last = 0;
        long calls = SCHEDULE.calls();
        assertEquals(STEPS.stream().mapToLong(PlannedStep::calls).sum(), calls);
        for (long n = 0; n < calls; n++) {
            long start = SCHEDULE.startNanos(n);
            assertTrue(start >= last, () -> "call of " + start);
            int step = SCHEDULE.stepOf(n);
            assertTrue(start >= SCHEDULE.stepStartNanos(step));
            assertTrue(step + 1 == STEPS.size() || start < SCHEDULE.stepStartNanos(step + 1));
            last = start;
        }
        assertTrue(last < SCHEDULE.durationNanos());
    }

    @Test
    @DisplayName("knows the step that is under way")
    void stepAt() {
        assertEquals(0, SCHEDULE.stepAt(0));
        assertEquals(0, SCHEDULE.stepAt(249.5));
        assertEquals(1, SCHEDULE.stepAt(249.6));
        assertEquals(2, SCHEDULE.stepAt(1e9));
    }

    @Test
    @DisplayName("of the warm-up rises gently to the highest rate of the run, in whole users")
    void warmUp() {
        Schedule warmUp = WarmUp.upTo(2000, Usage.of(Pattern.KEEP_ALIVE_OFF));
        assertEquals(3_000_000_000L, warmUp.durationNanos());
        assertEquals(10_000_000, warmUp.startNanos(1), "from 5 %");
        assertEquals(50 + 150 + 350 + 600 + 800 + 1000, warmUp.calls());
        assertEquals(
                56 + 154 + 350 + 602 + 805 + 1001,
                WarmUp.upTo(2000, new Usage(Pattern.KEEP_ALIVE_PER_USER, 7)).calls());
        assertEquals(
                6_000_000_000L,
                WarmUp.upTo(4000, Usage.of(Pattern.KEEP_ALIVE_OFF)).durationNanos(),
                "longer where the compiler gets little of the processor");
    }
}
