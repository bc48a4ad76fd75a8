package io.ephemera.simulations.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.Profile;
import io.ephemera.ports.ProfileCatalogue;
import io.ephemera.reports.RunPlan.PlannedStep;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The schedule")
class ScheduleTest {

    private static final Profile WINDOWS_2003 = ProfileCatalogue.find("windows-2003");
    private static final List<PlannedStep> STEPS = Staircase.plan(
            WINDOWS_2003,
            3977,
            1,
            Usage.of(Pattern.KEEP_ALIVE_OFF),
            1,
            48,
            List.of(10.0, 16.0),
            null,
            Duration.ZERO,
            null,
            2);
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
    @DisplayName("of the warm-up rises gently to the highest rate of the run")
    void warmUp() {
        Schedule warmUp = WarmUp.upTo(3000, Usage.of(Pattern.KEEP_ALIVE_OFF));
        assertEquals(3_000_000_000L, warmUp.durationNanos());
        assertEquals(6_666_666, warmUp.startNanos(1), "from 5 %");
        assertEquals(75 + 225 + 525 + 900 + 1200 + 1500, warmUp.calls());
        assertEquals(
                77 + 231 + 525 + 903 + 1204 + 1505,
                WarmUp.upTo(3000, new Usage(Pattern.KEEP_ALIVE_PER_USER, 7)).calls(),
                "of whole users");
        assertEquals(
                6_000_000_000L,
                WarmUp.upTo(3001, Usage.of(Pattern.KEEP_ALIVE_OFF)).durationNanos(),
                "longer where the compiler gets little of the processor");
        assertEquals(
                6_000_000_000L,
                WarmUp.upTo(5000, Usage.of(Pattern.KEEP_ALIVE_OFF)).durationNanos());
        assertEquals(
                12_000_000_000L,
                WarmUp.upTo(5001, Usage.of(Pattern.KEEP_ALIVE_OFF)).durationNanos(),
                "and longest where the calls need nearly all of it");
    }
}
