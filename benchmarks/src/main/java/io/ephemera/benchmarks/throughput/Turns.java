package io.ephemera.benchmarks.throughput;

import io.ephemera.benchmarks.Quantiles;
import io.ephemera.benchmarks.throughput.Clients.Client;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The turns of several clients in rounds, and what they come to beside each other. */
final class Turns {

    /** Which client, and whom it calls. */
    record Pair(Client client, Server server) {

        String name() {
            return client.name() + " | " + server.name();
        }
    }

    private final Map<Pair, List<Turn>> turns = new LinkedHashMap<>();

    /**
     * Lets each have its turn, in every round. What fails or is not installed is told by name, and has no further turn.
     *
     * @param pairs in the order of their turns
     * @param told names and reasons, added to
     */
    void run(List<Pair> pairs, int rounds, int seconds, List<String> told) throws InterruptedException {
        List<Pair> left = new ArrayList<>();
        // Until their TIME_WAIT ends, ports that a client has bound are taken for who leaves the choice to the system,
        // and the other way round.
        boolean bound = false;
        for (Pair pair : pairs) {
            if (pair.client().isInstalled()) {
                left.add(pair);
            } else {
                told.add("skipped: " + pair.client().name() + " is not installed");
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (Pair pair : List.copyOf(left)) {
                try {
                    if (bound || pair.client().bindsPorts()) {
                        TimeWaits.awaitFew();
                    }
                    bound = pair.client().bindsPorts();
                    Turn turn = Turn.of(pair.client(), pair.server(), seconds);
                    turns.computeIfAbsent(pair, added -> new ArrayList<>()).add(turn);
                    System.err.printf("round %d: %s: %,.0f calls/s%n", round + 1, pair.name(), turn.callsPerSecond());
                } catch (IOException e) {
                    left.remove(pair);
                    turns.remove(pair);
                    told.add("left out: " + e.getMessage());
                    System.err.println(pair.name() + " is left out: " + e.getMessage());
                }
            }
        }
    }

    /** Medians and spreads of each, and of the ratios to others in the same round. */
    String table(List<String> beside) {
        StringBuilder table = new StringBuilder("| client | server | calls/s | CPU s for 1,000 calls |");
        StringBuilder line = new StringBuilder("|---|---|---|---|");
        for (String other : beside) {
            table.append(" ratio to ").append(other).append(" |");
            line.append("---|");
        }
        table.append('\n').append(line).append('\n');
        turns.forEach((pair, own) -> {
            table.append("| ").append(pair.name());
            table.append(" | ")
                    .append(quantiles(own.stream().map(Turn::callsPerSecond).toList(), 0));
            table.append(" | ")
                    .append(quantiles(
                            own.stream().map(Turn::cpuSecondsPerThousandCalls).toList(), 3));
            for (String other : beside) {
                table.append(" | ").append(ratio(own, of(other, pair.server())));
            }
            table.append(" |\n");
        });
        return table.toString();
    }

    /** Of one client at several servers, beside the first of them. */
    String serversTable() {
        StringBuilder table = new StringBuilder(
                        "| server | driven by | calls/s | ratio to the first | connections a call |\n")
                .append("|---|---|---|---|---|\n");
        List<Turn> first =
                turns.isEmpty() ? List.of() : turns.values().iterator().next();
        turns.forEach((pair, own) -> table.append("| ")
                .append(pair.server().name())
                .append(" | ")
                .append(pair.client().name())
                .append(" | ")
                .append(quantiles(own.stream().map(Turn::callsPerSecond).toList(), 0))
                .append(" | ")
                .append(ratio(own, first))
                .append(" | ")
                .append(quantiles(own.stream().map(Turn::connectionsPerCall).toList(), 2))
                .append(" |\n"));
        return table.toString();
    }

    private List<Turn> of(String client, Server server) {
        return turns.entrySet().stream()
                .filter(entry -> entry.getKey().client().name().equals(client)
                        && entry.getKey().server() == server)
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(List.of());
    }

    private static String ratio(List<Turn> own, List<Turn> other) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < Math.min(own.size(), other.size()); round++) {
            ratios.add(own.get(round).callsPerSecond() / other.get(round).callsPerSecond());
        }
        return quantiles(ratios, 3);
    }

    private static String quantiles(List<Double> values, int decimals) {
        return values.isEmpty() || values.contains(Double.NaN)
                ? "not known"
                : Quantiles.of(values).text(decimals);
    }
}
