package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ephemera.ports.CatalogueEntry.Variant;
import io.ephemera.ports.plan.ClientCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The tables of docs/profiles.md are made here; one that differs is printed as it should be. */
@DisplayName("docs/profiles.md has, as the catalogue has it, the table of")
class ProfileTablesTest {

    private static final Path PAGE = Path.of("../docs/profiles.md");
    private static final String UNDOCUMENTED = "not documented";

    @Test
    @DisplayName("limits: each profile's figures, its threshold and what a caller sees at exhaustion")
    void limits() throws IOException {
        List<String> rows = new ArrayList<>();
        for (CatalogueEntry entry : ProfileCatalogue.all()) {
            String range = values(entry, "ports", Function.identity());
            rows.add(row(
                    "`" + entry.name() + "`",
                    entry.platform(),
                    range.isEmpty()
                            ? values(entry, "snatPorts", ports -> count(Integer.parseInt(ports)))
                            : range + " (" + count(entry.ports()) + ")",
                    values(entry, "scope", Function.identity()),
                    values(entry, range.isEmpty() ? "holdAfterClose" : "timeWait", ProfileTablesTest::seconds),
                    values(entry, "idleTimeout", ProfileTablesTest::seconds),
                    entry.variants().stream()
                            .map(ProfileTablesTest::rate)
                            .distinct()
                            .collect(Collectors.joining(" or ")),
                    entry.exhaustion() == Exhaustion.BIND_EXCEPTION
                            ? values(entry, "connectMessage", Function.identity())
                            : entry.exhaustion().toString()));
        }
        assertTable(
                "limits",
                row(
                        "profile",
                        "platform",
                        "ports",
                        "scope",
                        "hold after close",
                        "idle timeout",
                        "calls/s",
                        "at exhaustion"),
                rows);
    }

    @Test
    @DisplayName("bars: the threshold of each profile, the lowest first; a block more is twice the rate")
    void bars() throws IOException {
        List<String> rows = ProfileCatalogue.all().stream()
                .filter(entry -> threshold(entry) > 0)
                .sorted(Comparator.comparingDouble(ProfileTablesTest::threshold))
                .map(entry -> row(
                        "`" + entry.name() + "`",
                        "█".repeat((int) Math.round(3 + Math.log(threshold(entry)) / Math.log(2))) + " "
                                + rate(entry.variants().get(0))))
                .toList();
        assertTable("bars", row("profile", "calls/s"), rows);
    }

    private static double threshold(CatalogueEntry entry) {
        return entry.variants().get(0).thresholdCallsPerSecond(1).orElse(0);
    }

    @Test
    @DisplayName("contradictions: each value that documents contradict each other about, where it is not inherited")
    void contradictions() throws IOException {
        assertFigures("contradictions", (key, figure) -> figure.isContradicted());
    }

    @Test
    @DisplayName("gateways: how ports are given out, caps on connections, and what is not known")
    void gateways() throws IOException {
        assertFigures(
                "gateways",
                (key, figure) -> key.equals("allocation")
                        || key.equals("connections")
                        || figure.value().equals(Figure.NOT_KNOWN));
    }

    private static void assertFigures(String table, BiPredicate<String, Figure> which) throws IOException {
        List<String> rows = new ArrayList<>();
        Set<Figure> seen = new HashSet<>();
        for (CatalogueEntry entry : ProfileCatalogue.all()) {
            entry.figures().forEach((key, figure) -> {
                if (which.test(key, figure) && seen.add(figure)) {
                    figure.documented()
                            .forEach(value -> rows.add(row(
                                    "`" + entry.name() + "`",
                                    key,
                                    value.value(),
                                    Objects.requireNonNullElse(value.holdsFor(), ""),
                                    value.source(),
                                    value.checked() == null
                                            ? "no"
                                            : value.checked().toString())));
                }
            });
        }
        assertTable(table, row("profile", "figure", "value", "holds for", "source", "checked"), rows);
    }

    @Test
    @DisplayName("remedies: each documented change of limits, with the threshold after it")
    void remedies() throws IOException {
        List<String> rows = new ArrayList<>();
        for (CatalogueEntry entry : ProfileCatalogue.all()) {
            for (CatalogueEntry.PlatformRemedy remedy : entry.remedies()) {
                Variant after = remedy.after();
                Duration hold = after.hold();
                boolean same = after.ports() == entry.ports() && Objects.equals(hold, entry.hold());
                rows.add(row(
                        "`" + entry.name() + "`",
                        remedy.name(),
                        count(after.ports()),
                        hold == null ? UNDOCUMENTED : seconds(Durations.format(hold)),
                        same ? UNDOCUMENTED : rate(after),
                        Objects.requireNonNullElse(remedy.takesEffect(), "")));
            }
        }
        assertTable("remedies", row("profile", "change", "ports", "hold after close", "calls/s", "needs"), rows);
    }

    @Test
    @DisplayName("what fleets take of each gateway, in docs/fleets.md")
    void fleets() throws IOException {
        List<String> rows = new ArrayList<>();
        for (CatalogueEntry entry : ProfileCatalogue.all()) {
            if (entry.figures().containsKey("portsOf")) {
                rows.add(row(
                        "`" + entry.name() + "`",
                        values(entry, "portsOf", of -> of.equals("address") ? "shared" : "each instance its own"),
                        given(entry, "addressPorts"),
                        given(entry, "portsStep"),
                        given(entry, "mostAddresses"),
                        given(entry, "portsSetting"),
                        given(entry, "addressesSetting")));
            }
        }
        String heading = row(
                "profile",
                "ports",
                "of an address",
                "multiple of",
                "addresses at most",
                "ports are set by",
                "addresses by");
        assertTable(Path.of("../docs/fleets.md"), "fleets", heading, rows);
    }

    private static String given(CatalogueEntry entry, String key) {
        String values = values(entry, key, Function.identity());
        return values.isEmpty() ? "not given" : values;
    }

    @Test
    @DisplayName("clients as they are by default, in docs/pools.md")
    void clients() throws IOException {
        List<String> rows = new ArrayList<>();
        for (String name : ClientCatalogue.names()) {
            ClientCatalogue.Entry entry = ClientCatalogue.entry(name);
            List<String> cells = new ArrayList<>(List.of("`" + name + "`", entry.client()));
            entry.figures()
                    .values()
                    .forEach(figure -> cells.add(figure.documented().stream()
                            .map(each -> each.value() + (each.checked() == null ? "*" : ""))
                            .collect(Collectors.joining(" or "))));
            cells.add("`" + entry.setting() + "`");
            rows.add(row(cells.toArray(String[]::new)));
        }
        String heading = row(
                "client",
                "what it is",
                "kept a destination",
                "kept in all",
                "open a destination",
                "open in all",
                "calls a connection",
                "idle timeout",
                "life",
                "setting");
        assertTable(Path.of("../docs/pools.md"), "clients", heading, rows);
    }

    private static void assertTable(String name, String heading, List<String> rows) throws IOException {
        assertTable(PAGE, name, heading, rows);
    }

    private static void assertTable(Path file, String name, String heading, List<String> rows) throws IOException {
        String rule = "|"
                + "---|"
                        .repeat((int) heading.chars()
                                        .filter(character -> character == '|')
                                        .count()
                                - 1);
        String table = heading + "\n" + rule + "\n" + String.join("\n", rows) + "\n";
        String page = Files.readString(file);
        String begin = "<!-- " + name + " -->\n";
        String end = "<!-- end of " + name + " -->\n";
        String found = page.substring(page.indexOf(begin) + begin.length(), page.indexOf(end));
        assertEquals(table, found, "the right table is:\n" + table);
    }

    private static String values(CatalogueEntry entry, String key, Function<String, String> format) {
        return Stream.ofNullable(entry.figures().get(key))
                .flatMap(figure -> figure.documented().stream())
                .map(figure -> format.apply(figure.value()))
                .collect(Collectors.joining(" or "));
    }

    private static String rate(Variant variant) {
        if (variant.thresholdCallsPerSecond(1).isEmpty()) {
            return "–";
        }
        double rate = variant.thresholdCallsPerSecond(1).getAsDouble();
        if (rate >= 100) {
            return String.format(Locale.ROOT, "%,.1f", rate);
        }
        return String.format(Locale.ROOT, rate < 1 ? "%.3f" : "%.2f", rate);
    }

    private static String seconds(String duration) {
        return duration.equals(Figure.NOT_KNOWN)
                ? duration
                : Durations.format(Durations.parse(duration)).replace("s", " s");
    }

    private static String count(int ports) {
        return String.format(Locale.ROOT, "%,d", ports);
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }
}
