package io.ephemera.simulations.scenario;

import static io.ephemera.reports.Format.count;

import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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

    boolean isRead() {
        return !bySystem.isEmpty();
    }

    /** What netstat shows, where it shows anything; what the model shows elsewhere. */
    private List<Integer> shown() {
        return isRead() ? bySystem : byModel;
    }

    int shownTotal() {
        return shown().stream().mapToInt(ports -> ports).sum();
    }

    /** Of the busiest endpoint, which is the first. */
    int shownBusiest() {
        return shown().get(0);
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
            return "port exhaustion: no free port";
        }
        return "no port exhaustion" + (share >= 0.6 ? ", but near: " : ": ") + Math.round(share * 100)
                + " % of the ports";
    }

    String line(List<String> endpoints, int ports) {
        String cells = IntStream.range(0, endpoints.size())
                .mapToObj(endpoint -> endpoints.get(endpoint) + " " + count(byModel.get(endpoint))
                        + (isRead() ? " (netstat " + count(bySystem.get(endpoint)) + ")" : ""))
                .collect(Collectors.joining(", "));
        return "TIME_WAIT: " + cells + " of " + count(ports) + ": " + verdict(ports);
    }

    String burners(List<String> endpoints) {
        if (shownTotal() == 0) {
            return "nobody: no connection is in TIME_WAIT";
        }
        return IntStream.range(0, endpoints.size())
                .mapToObj(endpoint -> "calls to " + endpoints.get(endpoint) + ", "
                        + Math.round(100.0 * shown().get(endpoint) / shownTotal()) + " %")
                .collect(Collectors.joining("; "));
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
