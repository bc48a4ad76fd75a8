package io.ephemera.simulations.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The kernel holds a port")
class KernelHoldTimeTest {

    @ParameterizedTest(name = "for {0} s by {2} at {3}, which makes {4} s; reuse delay available: {1}")
    @CsvSource({
        "4,       true,  REUSE_DELAY, 4000,  4",
        "0.0004,  true,  NONE,        0,     0",
        "0.001,   true,  REUSE_DELAY, 1,     0.001",
        "34.2857, true,  REUSE_DELAY, 34286, 34.286",
        "60,      true,  REUSE_DELAY, 60000, 60",
        "60.0006, true,  TIME_WAIT,   0,     61.024",
        "61.024,  true,  TIME_WAIT,   0,     61.024",
        "60,      false, TIME_WAIT,   0,     61.024",
        "63.07,   false, TIME_WAIT,   0,     61.024",
        "58.9,    false, NONE,        0,     0",
        "4,       false, NONE,        0,     0",
        "240,     true,  FIN_WAIT_2,  180,   242.048",
        "120,     false, FIN_WAIT_2,  120,   122.048",
    })
    void hold(double seconds, boolean delayAvailable, String by, int setting, double held) {
        var hold = KernelHoldTime.of(seconds, delayAvailable);
        if (by.equals("NONE")) {
            assertTrue(hold.isEmpty());
            return;
        }
        assertEquals(new KernelHoldTime(KernelHoldTime.By.valueOf(by), setting, held), hold.orElseThrow());
    }

    @Test
    @DisplayName("and says for how long, really and modelled, and by what")
    void words() {
        assertEquals(
                "the kernel holds a port for 4 s, modelled 240 s: tcp_tw_reuse=1, tcp_tw_reuse_delay=4000 ms",
                KernelHoldTime.of(4, true).orElseThrow().describe(60));
    }
}
