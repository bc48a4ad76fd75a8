package io.ephemera.agent.premain;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the agent costs, for docs/agent.md: the same application with it and without it by turns, each in a JVM of its own.
 * Ratios of the medians; a machine with other work gives others.
 */
final class Cost {

    private static final int FIRST_PORT = 10_000;
    private static final int PORTS = 3_977;
    private static final int RANGES = 5;
    private static final String CONNECTIONS = "20000";

    private Cost() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("cost");
        Map<String, List<Double>> with = new TreeMap<>();
        Map<String, List<Double>> without = new TreeMap<>();
        for (int i = 0; i < rounds; i++) {
            for (int turn = 0; turn < 2; turn++) {
                boolean agent = (i + turn) % 2 == 0;
                List<String> flags = agent ? List.of(AgentRun.javaagent(options(i))) : List.of();
                Map<String, List<Double>> figures = agent ? with : without;
                long began = System.nanoTime();
                AgentRun.of(folder, flags, "com.acme.CrmApp");
                add(figures, "start-up and end, ms", (System.nanoTime() - began) / 1e6);
                AgentRun run = AgentRun.of(folder, flags, "com.acme.CostApp", CONNECTIONS);
                run.out().lines().forEach(line -> {
                    String[] words = line.split(" ", -1);
                    add(figures, words[0] + ", us", Double.parseDouble(words[1]) / 1e3);
                });
            }
        }
        System.out.println("JDK " + Runtime.version() + ", " + rounds + " rounds, medians");
        without.forEach((name, values) -> {
            double before = median(values);
            double after = median(with.getOrDefault(name, List.of()));
            System.out.printf(
                    Locale.ROOT,
                    "%-30s without %8.1f   with %8.1f   ratio %.3f%n",
                    name,
                    before,
                    after,
                    after / before);
        });
    }

    /** Other ports than the round before, most of which the system still has in TIME_WAIT. */
    private static String options(int round) {
        int first = FIRST_PORT + round % RANGES * PORTS;
        return "ports=" + first + "-" + (first + PORTS - 1) + ",speedup=1000,report=none";
    }

    private static void add(Map<String, List<Double>> figures, String name, double value) {
        figures.computeIfAbsent(name, added -> new ArrayList<>()).add(value);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
