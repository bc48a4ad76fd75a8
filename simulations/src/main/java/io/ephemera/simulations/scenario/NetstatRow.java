package io.ephemera.simulations.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;

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

    /** Whether there was a table to read. */
    boolean isRead() {
        return !bySystem.isEmpty();
    }

    int systemBusiest() {
        return bySystem.get(0);
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

    /** Who burns the ports, in words. */
    String burners(List<String> endpoints) {
        if (shownTotal() == 0) {
            return "nobody: no connection is in TIME_WAIT";
        }
        List<String> burners = new ArrayList<>();
        for (int endpoint = 0; endpoint < endpoints.size(); endpoint++) {
            double percent = 100.0 * shown().get(endpoint) / shownTotal();
            burners.add(String.format(Locale.ROOT, "calls to %s, %.0f %%", endpoints.get(endpoint), percent));
        }
        return String.join("; ", burners);
    }

    /** The readings between two moments, the first exclusive. */
    static List<NetstatRow> between(List<NetstatRow> rows, double from, double to) {
        return rows.stream()
                .filter(row -> row.seconds > from && row.seconds <= to)
                .toList();
    }

    /** The middle one of some values, of an even number the lower of two; 0 of none. */
    static int median(List<NetstatRow> rows, ToIntFunction<NetstatRow> value) {
        int[] sorted = rows.stream().mapToInt(value).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[(sorted.length - 1) / 2];
    }
}
