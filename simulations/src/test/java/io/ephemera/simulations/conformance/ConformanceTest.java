package io.ephemera.simulations.conformance;

import static io.ephemera.simulations.conformance.Comparison.near;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same load on the model and on the kernel, side by side. Where there is no private namespace, this is skipped by name. */
@WallClock
@DisplayName("Model and kernel agree on")
class ConformanceTest {

    @TempDir
    static Path folder;

    @ParameterizedTest(name = "{0}")
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BIND_ZERO")
    void agree(Load load) {
        Comparison seen = SideBySide.compare(load, folder);
        seen.assertNear();
        Observed kernel = seen.kernel();
        // What both must show, lest they agree on something else than is meant.
        switch (load) {
            case STAIRCASE -> {
                assertEquals(
                        630 + 840 + 1008,
                        kernel.windows().stream()
                                .limit(3)
                                .mapToLong(Observed.Window::ok)
                                .sum());
                assertTrue(kernel.exhausted() > 0, seen.toString());
            }
            case SATURATION -> kernel.windows().forEach(window -> near(2000, window.timeWait(), 1, seen.toString()));
            case BURST -> near(1000, kernel.ok(), 1, seen.toString());
            case SERVER_FIRST, ABORT -> {
                assertEquals(3000, kernel.ok());
                assertEquals(0, kernel.peakTimeWait());
            }
            case DESTINATIONS -> near(900, kernel.ok(), 3, seen.toString());
            case HELD_ELSEWHERE -> near(490, kernel.ok(), 1, seen.toString());
            case GIVEN_PORT -> assertEquals(1, kernel.ok());
            case BIND_ZERO -> throw new AssertionError("see PlainTimeWaitTest");
        }
    }
}
