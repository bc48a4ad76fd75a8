package io.ephemera.agent.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A rate meter")
class RateMeterTest {

    private static final long SECOND = 1_000_000_000L;

    private final RateMeter meter = new RateMeter(0);

    @Test
    @DisplayName("gives the rate since the start until its window is full, then over the window")
    void rate() {
        assertEquals(20, meter.perSecond(SECOND, 20));
        for (int i = 1; i <= 30; i++) {
            meter.sample(i * SECOND, 20L * i);
        }
        assertEquals(20, meter.perSecond(30 * SECOND + SECOND / 2, 610), 1e-9);
        for (int i = 31; i <= 60; i++) {
            meter.sample(i * SECOND, 600);
        }
        assertEquals(0, meter.perSecond(60 * SECOND, 600));
        assertEquals(20, meter.busiestPerSecond(60 * SECOND, 600), 1e-9);
    }

    @Test
    @DisplayName("does not take a burst at the start for a rate that lasts")
    void burst() {
        meter.sample(SECOND, 100);
        for (int i = 2; i <= 20; i++) {
            meter.sample(i * SECOND, 100);
        }
        assertEquals(10, meter.busiestPerSecond(20 * SECOND, 100), 1e-9);
    }

    @Test
    @DisplayName("gives no rate when no time has passed")
    void noTime() {
        assertEquals(0, meter.perSecond(0, 5));
    }
}
