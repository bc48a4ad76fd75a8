package io.ephemera.ports;

import io.ephemera.ports.CatalogueEntry.Remedy;
import io.ephemera.ports.CatalogueEntry.Variant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The catalogue as tables in Markdown, as docs/profiles.md has them. Rates are for calls of one port. */
public final class ProfileTables {

    private ProfileTables() {}

    /** A row for each profile: its figures, its threshold and what a caller sees at exhaustion. */
    public static String limits(List<CatalogueEntry> entries) {
        List<String> lines = heading(
                "profile",
                "platform",
                "ports",
                "scope",
                "hold after close",
                "idle timeout",
                "calls/s",
                "at exhaustion");
        for (CatalogueEntry entry : entries) {
            lines.add(row(
                    "`" + entry.name() + "`",
                    entry.platform(),
                    ports(entry),
                    values(entry, "scope", Function.identity()),
                    entry.hold() == null ? "not documented" : holds(entry),
                    values(entry, "idleTimeout", ProfileTables::seconds),
                    rates(entry),
                    entry.exhaustion() == Exhaustion.BIND_EXCEPTION
                            ? values(entry, "connectMessage", Function.identity())
                            : entry.exhaustion().toString()));
        }
        return String.join("\n", lines) + "\n";
    }

    /** A row for each value of each figure that documents contradict each other about, but for those inherited. */
    public static String contradictions(List<CatalogueEntry> entries) {
        List<String> lines = heading("profile", "figure", "value", "holds for", "source", "checked");
        Set<Figure> seen = new LinkedHashSet<>();
        for (CatalogueEntry entry : entries) {
            for (String key : entry.contradictions()) {
                Figure figure = entry.figures().get(key);
                if (figure == null || !seen.add(figure)) {
                    continue;
                }
                lines.add(value(entry, key, figure));
                figure.alternatives().forEach(alternative -> lines.add(value(entry, key, alternative)));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /** A row for each documented change of limits, with the threshold after it. */
    public static String remedies(List<CatalogueEntry> entries) {
        List<String> lines = heading("profile", "change", "ports", "hold after close", "calls/s", "needs");
        for (CatalogueEntry entry : entries) {
            for (Remedy remedy : entry.remedies()) {
                Variant after = new Variant(remedy.ports(), remedy.hold(), "");
                boolean same = after.ports() == entry.ports() && equal(after.hold(), entry.hold());
                lines.add(row(
                        "`" + entry.name() + "`",
                        remedy.name(),
                        count(after.ports()),
                        after.hold() == null ? "not documented" : seconds(after.hold()),
                        same ? "not documented" : rate(after),
                        remedy.takesEffect() == null ? "" : remedy.takesEffect()));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static String value(CatalogueEntry entry, String key, Figure figure) {
        return row(
                "`" + entry.name() + "`",
                key,
                figure.value(),
                figure.holdsFor() == null ? "" : figure.holdsFor(),
                figure.source(),
                figure.checked() == null ? "no" : figure.checked().toString());
    }

    private static String ports(CatalogueEntry entry) {
        String range = values(entry, "ports", Function.identity());
        return range.isEmpty()
                ? values(entry, "snatPorts", text -> count(Integer.parseInt(text)))
                : range + " (" + count(entry.ports()) + ")";
    }

    private static String holds(CatalogueEntry entry) {
        String timeWait = values(entry, "timeWait", ProfileTables::seconds);
        return timeWait.isEmpty() ? values(entry, "holdAfterClose", ProfileTables::seconds) : timeWait;
    }

    private static String rates(CatalogueEntry entry) {
        Set<String> rates = new LinkedHashSet<>();
        entry.variants().forEach(variant -> rates.add(rate(variant)));
        return String.join(" or ", rates);
    }

    private static String rate(Variant variant) {
        var threshold = variant.thresholdCallsPerSecond(1);
        if (threshold.isEmpty()) {
            return "–";
        }
        double rate = threshold.getAsDouble();
        return String.format(Locale.ROOT, rate < 1 ? "%.3f" : rate < 100 ? "%.2f" : "%,.1f", rate);
    }

    private static String values(CatalogueEntry entry, String key, Function<String, String> format) {
        Figure figure = entry.figures().get(key);
        if (figure == null) {
            return "";
        }
        List<String> values = new ArrayList<>();
        values.add(format.apply(figure.value()));
        figure.alternatives().forEach(alternative -> values.add(format.apply(alternative.value())));
        return String.join(" or ", values);
    }

    private static boolean equal(@Nullable Duration one, @Nullable Duration other) {
        return one == null ? other == null : one.equals(other);
    }

    private static String seconds(String text) {
        return seconds(Durations.parse(text));
    }

    private static String seconds(Duration duration) {
        return Durations.format(duration).replace("s", " s");
    }

    private static String count(int ports) {
        return String.format(Locale.ROOT, "%,d", ports);
    }

    private static List<String> heading(String... columns) {
        List<String> lines = new ArrayList<>();
        lines.add(row(columns));
        lines.add("|" + "---|".repeat(columns.length));
        return lines;
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }
}
