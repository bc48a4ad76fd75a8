package io.ephemera.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the parts that are asked for, prints their tables, and leaves them in {@code target/benchmarks/}. */
public final class Benchmarks {

    private static final Map<String, Part> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put("load", new LoadPart());
        PARTS.put("runs", new RunsPart());
        PARTS.put("start", new StartPart());
        PARTS.put("agent", new AgentPart());
        PARTS.put("pool", new JmhPart(TimeUnit.NANOSECONDS, PoolBenchmark.class, 1, 2, 4));
        PARTS.put("scale", new JmhPart(TimeUnit.NANOSECONDS, DestinationsBenchmark.class, 1));
        PARTS.put("planner", new JmhPart(TimeUnit.MILLISECONDS, PlannerBenchmark.class, 1));
        PARTS.put("exhaustion", new ExhaustionPart());
        PARTS.put("kills", new KillsPart());
        PARTS.put("soak", new SoakPart());
        PARTS.put("crowd", new CrowdPart());
    }

    private Benchmarks() {}

    /**
     * Measures.
     *
     * @param arguments the parts, with commas between them, and the number of rounds
     */
    public static void main(String[] arguments) throws Exception {
        List<String> names = arguments.length == 2 ? List.of(arguments[0].split(",", -1)) : List.of();
        if (names.isEmpty() || !PARTS.keySet().containsAll(names) || !arguments[1].matches("[1-9]\\d{0,3}")) {
            System.err.println("usage: Benchmarks PART,... ROUNDS; parts: " + String.join(",", PARTS.keySet()));
            System.exit(2);
        }
        Path folder = Files.createDirectories(Path.of("target", "benchmarks").toAbsolutePath());
        System.out.println("JDK " + Runtime.version() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + ", " + Runtime.getRuntime().availableProcessors()
                + " processors, " + arguments[1] + " rounds, medians (lowest-highest)");
        for (Map.Entry<String, Part> part : PARTS.entrySet()) {
            if (names.contains(part.getKey())) {
                String table = part.getValue().measure(Integer.parseInt(arguments[1]), folder);
                System.out.println("\n## " + part.getKey() + "\n\n" + table);
                Files.writeString(folder.resolve(part.getKey() + ".md"), table, StandardCharsets.UTF_8);
            }
        }
    }
}
