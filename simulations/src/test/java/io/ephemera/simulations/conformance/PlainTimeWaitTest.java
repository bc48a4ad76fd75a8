package io.ephemera.simulations.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Four minutes of next to no load: they go by beside all other tests. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("whole-run")
@DisplayName("On the kernel's plain TIME_WAIT, model and kernel agree on")
class PlainTimeWaitTest {

    /** The kernel's timer wheel ends it when it comes round. */
    private static final double PERCENT = 2;

    private static final double SECONDS = 61.024;

    @TempDir
    static Path folder;

    @Test
    @DisplayName("how long a port is held, over three windows and three destinations, by bind(0)")
    void held() {
        Comparison seen = SideBySide.compare(Load.BIND_ZERO, folder);
        seen.assertNear();
        Double model = seen.model().meanCycleSeconds();
        Double kernel = seen.kernel().meanCycleSeconds();
        assertNotNull(model);
        assertNotNull(kernel);
        // A port waits for the next call: a call that starts late keeps it waiting by as much.
        double bar = SECONDS * PERCENT / 100 + seen.latestMillis() / 1e3;
        assertEquals(SECONDS, kernel, bar, seen.toString());
        assertEquals(model, kernel, bar, seen.toString());
    }
}
