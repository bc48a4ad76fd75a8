package io.ephemera.benchmarks.exhaustion;

import io.ephemera.benchmarks.Quantiles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@link Occupancies} printed, a measurement each round. */
final class OccupancyTable {

    private final Map<String, Map<String, List<Double>>> nanos = new LinkedHashMap<>();

    /** A line of the program's. */
    void add(String range, String line) {
        String[] words = line.split(" ", 2);
        nanos.computeIfAbsent(range, added -> new LinkedHashMap<>())
                .computeIfAbsent(words[0], added -> new ArrayList<>())
                .add(Double.parseDouble(words[1]));
    }

    /** A table of the connects, each share of the ports in TIME_WAIT as the ratio to the empty pool of the same round, and one of the refusals. */
    String text() {
        StringBuilder table = new StringBuilder("| ports | connect, hook idle µs | empty pool µs |");
        Occupancies.PERCENTS.stream().skip(1).forEach(percent -> table.append(" " + percent + " % / empty |"));
        table.append("\n|---|---|---|" + "---|".repeat(Occupancies.PERCENTS.size() - 1) + "\n");
        nanos.forEach((range, what) -> {
            List<Double> empty = of(what, "0");
            table.append(String.format(
                    Locale.ROOT,
                    "| %,d | %s | %s |",
                    ExhaustionPart.portsOf(range),
                    micros(what, Occupancies.UNGOVERNED),
                    micros(what, "0")));
            Occupancies.PERCENTS.stream()
                    .skip(1)
                    .forEach(percent -> table.append(" "
                            + ratio(of(what, String.valueOf(percent)), empty).text(2) + " |"));
            table.append('\n');
        });
        table.append(
                "\n| ports, all taken | refused connect() µs | by the pool alone ns | a socket's close µs | an exception, thrown and"
                        + " caught µs |\n|---|---|---|---|---|\n");
        nanos.forEach((range, what) -> table.append(String.format(
                Locale.ROOT,
                "| %,d | %s | %s | %s | %s |%n",
                ExhaustionPart.portsOf(range),
                micros(what, Occupancies.REFUSED),
                Quantiles.of(of(what, Occupancies.REFUSED_BY_POOL)).text(0),
                micros(what, Occupancies.CLOSE),
                micros(what, Occupancies.EXCEPTION))));
        return table.toString();
    }

    private static List<Double> of(Map<String, List<Double>> what, String name) {
        return what.getOrDefault(name, List.of());
    }

    private static String micros(Map<String, List<Double>> what, String name) {
        return Quantiles.of(of(what, name).stream().map(value -> value / 1e3).toList())
                .text();
    }

    private static Quantiles ratio(List<Double> values, List<Double> toValues) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < values.size(); round++) {
            ratios.add(values.get(round) / toValues.get(round));
        }
        return Quantiles.of(ratios);
    }
}
