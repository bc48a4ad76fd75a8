package io.ephemera.simulations.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What model and kernel did with the same load. */
record Comparison(Load load, Observed model, Observed kernel) {

    private static final double WINDOW_PERCENT = 0.5;
    private static final double FIRST_EXHAUSTION_PERCENT = 1;

    /** The kernel's table tells ages to 10 ms, and a tick more: so many seconds of closes may be taken for older than the hold. */
    private static final double AGE_SECONDS = 0.015;

    /** The latest start of a call on either. */
    double latestMillis() {
        return Math.max(model.latestMillis(), kernel.latestMillis());
    }

    void assertNear() {
        assertEquals(0, model.other() + kernel.other(), toString());
        assertEquals(model.refusal(), kernel.refusal(), "class and message of the refusal");
        assertEquals(model.windows().size(), kernel.windows().size());
        for (int i = 0; i < model.windows().size(); i++) {
            long ok = model.windows().get(i).ok();
            near(ok, kernel.windows().get(i).ok(), ok * WINDOW_PERCENT / 100, "window " + i + ": " + this);
        }
        // The table is read while ports go on coming back in one load only.
        double mostCallsPerSecond = load.phases.stream()
                .mapToDouble(Load.Phase::callsPerSecond)
                .max()
                .orElse(0);
        double unsure = load == Load.STAIRCASE ? AGE_SECONDS * mostCallsPerSecond : 0;
        near(model.peakTimeWait(), kernel.peakTimeWait(), 1 + unsure, toString());
        Double first = model.secondsToFirstExhaustion();
        Double kernels = kernel.secondsToFirstExhaustion();
        if (first == null) {
            assertEquals(0, kernel.exhausted(), toString());
        } else if (!load.isBurst()) {
            assertNotNull(kernels, toString());
            assertEquals(first, kernels, first * FIRST_EXHAUSTION_PERCENT / 100, toString());
        }
    }

    static void near(long expected, long actual, double tolerance, String message) {
        assertTrue(
                Math.abs(expected - actual) <= tolerance, () -> actual + " is not near " + expected + ": " + message);
    }

    /** Its rows in a table of Markdown. */
    List<String> rows() {
        List<String> rows = new ArrayList<>();
        rows.add(row(load.sentence, "calls succeeded", model.ok(), kernel.ok()));
        for (int i = 0; model.windows().size() > 1 && i < model.windows().size(); i++) {
            rows.add(row(
                    "",
                    "in window " + (i + 1),
                    model.windows().get(i).ok(),
                    kernel.windows().get(i).ok()));
        }
        rows.add(row("", "calls refused", model.exhausted(), kernel.exhausted()));
        rows.add(row("", "peak TIME_WAIT", model.peakTimeWait(), kernel.peakTimeWait()));
        if (!load.isBurst()) {
            rows.add(row(
                    "", "first exhaustion, s", model.secondsToFirstExhaustion(), kernel.secondsToFirstExhaustion()));
        }
        if (load == Load.SATURATION || load == Load.BIND_ZERO) {
            rows.add(row("", "a port is held for, s", model.meanCycleSeconds(), kernel.meanCycleSeconds()));
        }
        if (model.refusal() != null || kernel.refusal() != null) {
            rows.add("| | refusal | " + model.refusal() + " | " + kernel.refusal() + " | |");
        }
        return rows;
    }

    private static String row(String load, String what, @Nullable Number model, @Nullable Number kernel) {
        return "| " + load + " | " + what + " | " + text(model) + " | " + text(kernel) + " | " + apart(model, kernel)
                + " |";
    }

    private static String text(@Nullable Number number) {
        if (number == null) {
            return "never";
        }
        return number instanceof Double seconds
                ? String.format(Locale.ROOT, "%.3f", seconds)
                : String.format(Locale.ROOT, "%,d", number.longValue());
    }

    private static String apart(@Nullable Number model, @Nullable Number kernel) {
        if (model == null || kernel == null || model.doubleValue() == 0) {
            return Objects.equals(model, kernel) ? "0" : "";
        }
        return String.format(
                Locale.ROOT,
                "%.2f %%",
                Math.abs(model.doubleValue() - kernel.doubleValue()) / model.doubleValue() * 100);
    }
}
