package io.ephemera.benchmarks;

import io.ephemera.benchmarks.exhaustion.ExhaustionPart;
import io.ephemera.benchmarks.files.FilesPart;
import io.ephemera.benchmarks.pool.PoolPart;
import io.ephemera.benchmarks.scale.ScalePart;
import io.ephemera.benchmarks.throughput.ThroughputPart;
import io.ephemera.benchmarks.verdict.VerdictPart;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the parts that are asked for, prints their tables, and leaves them in {@code target/benchmarks/}. */
public final class Benchmarks {

    private static final Map<String, Part> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put("pool", new PoolPart());
        PARTS.put("exhaustion", new ExhaustionPart());
        PARTS.put("planner", new PlannerPart());
        PARTS.put("verdict", new VerdictPart());
        PARTS.put("throughput", ThroughputPart.ofClients());
        PARTS.put("open", ThroughputPart.ofOpenModel());
        PARTS.put("stub", ThroughputPart.ofServers());
        PARTS.put("files", new FilesPart());
        PARTS.put("scale", new ScalePart());
    }

    private Benchmarks() {}

    /**
     * Measures.
     *
     * @param arguments the parts, with commas between them, and the number of rounds
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 2 || !arguments[1].matches("[1-9]\\d?")) {
            System.err.println("usage: Benchmarks PART,... ROUNDS; parts: " + String.join(",", PARTS.keySet()));
            System.exit(2);
        }
        List<String> names = List.of(arguments[0].split(",", -1));
        for (String name : names) {
            if (!PARTS.containsKey(name)) {
                System.err.println("part " + name + " is none of " + String.join(",", PARTS.keySet()));
                System.exit(2);
            }
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
