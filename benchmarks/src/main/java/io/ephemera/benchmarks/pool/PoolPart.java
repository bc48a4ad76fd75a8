package io.ephemera.benchmarks.pool;

import io.ephemera.benchmarks.Part;
import io.ephemera.benchmarks.Quantiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** {@link LeaseBenchmark} over all its parameters, with one, two and four threads. */
public final class PoolPart implements Part {

    private static final int[] THREADS = {1, 2, 4};

    private record Row(int threads, int ports, int waitingPercent) {}

    private record Cell(Row row, String pool) {}

    @Override
    public String measure(int rounds, Path folder) throws RunnerException {
        Map<Cell, List<Double>> nanos = new TreeMap<>(order());
        Map<Cell, Double> bytes = new TreeMap<>(order());
        for (int round = 0; round < rounds; round++) {
            for (int threads : THREADS) {
                for (RunResult result :
                        run(LeaseBenchmark.class, threads == 1 ? "leaseAndRelease" : "leaseAndGiveBack", threads)) {
                    Cell cell = new Cell(
                            new Row(
                                    threads,
                                    Integer.parseInt(result.getParams().getParam("ports")),
                                    Integer.parseInt(result.getParams().getParam("waitingPercent"))),
                            result.getParams().getParam("pool"));
                    nanos.computeIfAbsent(cell, added -> new ArrayList<>())
                            .add(result.getPrimaryResult().getScore());
                    bytes.merge(cell, allocated(result), Math::max);
                }
            }
        }
        return table(nanos, bytes) + "\n" + refusals(rounds);
    }

    private static String refusals(int rounds) throws RunnerException {
        Map<String, List<Double>> nanos = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (RunResult result : run(RefusalBenchmark.class, "refuse", 1)) {
                nanos.computeIfAbsent(result.getParams().getParam("ports"), added -> new ArrayList<>())
                        .add(result.getPrimaryResult().getScore());
            }
        }
        StringBuilder table = new StringBuilder("| ports, all taken | refusal by the pool, ns |\n|---|---|\n");
        nanos.forEach((ports, values) ->
                table.append("| " + ports + " | " + Quantiles.of(values).text() + " |\n"));
        return table.toString();
    }

    private static Iterable<RunResult> run(Class<?> benchmark, String method, int threads) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include(benchmark.getName() + "." + method + "$")
                        .threads(threads)
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
    }

    private static double allocated(RunResult result) {
        for (String name : result.getSecondaryResults().keySet()) {
            if (name.endsWith("gc.alloc.rate.norm")) {
                return result.getSecondaryResults().get(name).getScore();
            }
        }
        throw new IllegalStateException("the profiler gave no figure");
    }

    private static Comparator<Cell> order() {
        return Comparator.comparing(Cell::pool)
                .thenComparing(cell -> cell.row().threads())
                .thenComparing(cell -> cell.row().ports())
                .thenComparing(cell -> cell.row().waitingPercent());
    }

    private static String table(Map<Cell, List<Double>> nanos, Map<Cell, Double> bytes) {
        StringBuilder table = new StringBuilder(
                "| threads | ports | in TIME_WAIT | ns | B | `synchronized` ns | B | `ConcurrentLinkedQueue` ns | B |\n");
        table.append("|---|---|---|---|---|---|---|---|---|\n");
        nanos.keySet().stream()
                .filter(cell -> cell.pool().equals("ephemera"))
                .map(Cell::row)
                .forEach(row -> {
                    table.append(String.format(
                            Locale.ROOT, "| %d | %,d | %d %% |", row.threads(), row.ports(), row.waitingPercent()));
                    for (String pool : List.of("ephemera", "synchronized", "concurrent")) {
                        Cell cell = new Cell(row, pool);
                        table.append(String.format(
                                Locale.ROOT,
                                " %s | %.0f |",
                                Quantiles.of(nanos.getOrDefault(cell, List.of()))
                                        .text(),
                                bytes.getOrDefault(cell, Double.NaN)));
                    }
                    table.append('\n');
                });
        return table.toString();
    }
}
