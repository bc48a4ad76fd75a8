package io.ephemera.simulations.scenario;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Ports in TIME_WAIT at one moment, by remote endpoint.
 *
 * @param seconds when, modelled
 * @param byModel one for each endpoint, by the calls that the model has let through
 * @param pool all of them, by the model's pool
 * @param bySystem one for each endpoint, by the system's own table, those alone that are younger than the hold in force; empty
 *     where there is no table to read
 */
record NetstatRow(double seconds, List<Integer> byModel, int pool, List<Integer> bySystem) {

    NetstatRow {
        byModel = List.copyOf(byModel);
        bySystem = List.copyOf(bySystem);
    }

    int systemTotal() {
        return bySystem.stream().mapToInt(ports -> ports).sum();
    }

    /** What netstat shows, where it shows anything; what the model shows elsewhere. */
    List<Integer> shown() {
        return bySystem.isEmpty() ? byModel : bySystem;
    }

    int shownTotal() {
        return shown().stream().mapToInt(ports -> ports).sum();
    }

    /**
     * Whether this is port exhaustion, and how near, in words.
     *
     * @param ports that can be had
     */
    String verdict(int ports) {
        double share = (double) shownTotal() / ports;
        // A port that has come back is given out at once: of all ports none is free for long.
        if (share >= 0.99) {
            return "port exhaustion: no port is left";
        }
        return String.format(
                Locale.ROOT,
                share >= 0.6
                        ? "no port exhaustion, but near: %.0f %% of the ports"
                        : "no port exhaustion: %.0f %% of the ports",
                share * 100);
    }

    /** One line, as netstat's output counted by remote endpoint. */
    String line(List<String> endpoints, int ports) {
        List<String> cells = new ArrayList<>();
        for (int endpoint = 0; endpoint < endpoints.size(); endpoint++) {
            String cell = String.format(Locale.ROOT, "%s %,d", endpoints.get(endpoint), byModel.get(endpoint));
            cells.add(
                    bySystem.isEmpty()
                            ? cell
                            : String.format(Locale.ROOT, "%s (netstat %,d)", cell, bySystem.get(endpoint)));
        }
        return "TIME_WAIT: " + String.join(", ", cells) + " of " + String.format(Locale.ROOT, "%,d", ports) + ": "
                + verdict(ports);
    }

    /** The median over the readings between two moments, the first exclusive. */
    static double median(List<NetstatRow> rows, double from, double to, ToIntFunction<NetstatRow> value) {
        return median(rows.stream()
                .filter(row -> row.seconds > from && row.seconds <= to)
                .mapToDouble(value::applyAsInt)
                .toArray());
    }

    /** The last reading until a moment; {@code null} if there is none. */
    static @Nullable NetstatRow last(List<NetstatRow> rows, double until) {
        return rows.stream()
                .filter(row -> row.seconds <= until)
                .reduce((first, second) -> second)
                .orElse(null);
    }

    /** The middle one of some values, of an even number the lower of two; 0 of none. */
    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[(sorted.length - 1) / 2];
    }
}
