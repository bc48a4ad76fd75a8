package io.ephemera.benchmarks.scale;

import io.ephemera.benchmarks.Part;
import io.ephemera.benchmarks.Quantiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** {@link DestinationsBenchmark} over all its parameters. */
public final class ScalePart implements Part {

    private record Cell(String among, int ports) {}

    @Override
    public String measure(int rounds, Path folder) throws RunnerException {
        Map<Cell, List<Double>> nanos = new LinkedHashMap<>();
        Map<Cell, Double> bytes = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (RunResult result : new Runner(new OptionsBuilder()
                            .include(DestinationsBenchmark.class.getName())
                            .addProfiler(GCProfiler.class)
                            .verbosity(VerboseMode.SILENT)
                            .shouldFailOnError(true)
                            .build())
                    .run()) {
                Cell cell = new Cell(
                        result.getParams().getParam("among"),
                        Integer.parseInt(result.getParams().getParam("ports")));
                nanos.computeIfAbsent(cell, added -> new ArrayList<>())
                        .add(result.getPrimaryResult().getScore());
                result.getSecondaryResults().forEach((name, value) -> allocated(bytes, cell, name, value));
            }
        }
        StringBuilder table =
                new StringBuilder("| among | ports for each | lease and release, ns | B |\n|---|---|---|---|\n");
        nanos.forEach((cell, values) -> table.append(String.format(
                Locale.ROOT,
                "| %s | %,d | %s | %.0f |%n",
                cell.among(),
                cell.ports(),
                Quantiles.of(values).text(),
                bytes.getOrDefault(cell, Double.NaN))));
        return table.toString();
    }

    private static void allocated(Map<Cell, Double> bytes, Cell cell, String name, Result<?> value) {
        if (name.endsWith("gc.alloc.rate.norm")) {
            bytes.merge(cell, value.getScore(), Math::max);
        }
    }
}
