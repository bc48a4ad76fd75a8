package io.ephemera.simulations.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The table of all rows, in Markdown. */
final class ComparisonTable {

    private ComparisonTable() {}

    static List<String> lines(Map<Load, Comparison> seen) {
        List<String> lines = new ArrayList<>();
        lines.add("| load | | model | kernel | apart |");
        lines.add("|---|---|---|---|---|");
        seen.forEach((load, comparison) -> {
            Observed model = comparison.model();
            Observed kernel = comparison.kernel();
            lines.add(row(load.sentence, "calls succeeded", model.ok(), kernel.ok()));
            for (int i = 0; model.windows().size() > 1 && i < model.windows().size(); i++) {
                lines.add(row(
                        "",
                        "in window " + (i + 1),
                        model.windows().get(i).ok(),
                        kernel.windows().get(i).ok()));
            }
            lines.add(row("", "calls exhausted", model.exhausted(), kernel.exhausted()));
            lines.add(row("", "peak TIME_WAIT", model.peakTimeWait(), kernel.peakTimeWait()));
            if (!load.isBurst()) {
                lines.add(row(
                        "",
                        "first exhaustion, s",
                        model.secondsToFirstExhaustion(),
                        kernel.secondsToFirstExhaustion()));
            }
            if (load == Load.SATURATION || load == Load.BIND_ZERO) {
                lines.add(row("", "a port is held for, s", model.meanCycleSeconds(), kernel.meanCycleSeconds()));
            }
            if (model.refusal() != null || kernel.refusal() != null) {
                lines.add("| | refusal | " + model.refusal() + " | " + kernel.refusal() + " | |");
            }
        });
        return lines;
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
