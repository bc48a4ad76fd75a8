package io.ephemera.simulations.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How near model and kernel must come. */
final class Agreement {

    private static final double WINDOW_PERCENT = 0.5;
    private static final double FIRST_EXHAUSTION_PERCENT = 1;

    /** The kernel's table tells ages to 10 ms, and a tick more: so many seconds of closes may be taken for older than the hold. */
    private static final double AGE_SECONDS = 0.015;

    private Agreement() {}

    static void check(Comparison seen) {
        Observed model = seen.model();
        Observed kernel = seen.kernel();
        String both = seen.toString();
        assertEquals(0, model.other() + kernel.other(), both);
        assertEquals(model.refusal(), kernel.refusal(), "class and message of the refusal");
        assertEquals(model.windows().size(), kernel.windows().size());
        for (int i = 0; i < model.windows().size(); i++) {
            long ok = model.windows().get(i).ok();
            near(ok, kernel.windows().get(i).ok(), ok * WINDOW_PERCENT / 100, "window " + i + ": " + both);
        }
        near(model.peakTimeWait(), kernel.peakTimeWait(), 1 + unsure(seen.load()), both);
        Double first = model.secondsToFirstExhaustion();
        Double kernels = kernel.secondsToFirstExhaustion();
        if (first == null) {
            assertEquals(0, kernel.exhausted(), both);
        } else if (!seen.load().isBurst()) {
            assertNotNull(kernels, both);
            assertEquals(first, kernels, first * FIRST_EXHAUSTION_PERCENT / 100, both);
        }
    }

    /** Only where ports go on coming back while the table is read. */
    private static double unsure(Load load) {
        return load == Load.STAIRCASE
                ? AGE_SECONDS
                        * load.phases.stream()
                                .mapToDouble(Load.Phase::callsPerSecond)
                                .max()
                                .orElse(0)
                : 0;
    }

    static void near(long expected, long actual, double tolerance, String message) {
        assertTrue(
                Math.abs(expected - actual) <= tolerance, () -> actual + " is not near " + expected + ": " + message);
    }
}
