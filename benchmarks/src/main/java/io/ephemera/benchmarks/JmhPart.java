package io.ephemera.benchmarks;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Benchmarks of JMH over all their parameters; a round is a JVM of its own. */
final class JmhPart implements Part {

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Class<?>[] benchmarks;

    JmhPart(Class<?>... benchmarks) {
        this.benchmarks = benchmarks;
    }

    @Override
    public String measure(int rounds, Path folder) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .forks(rounds)
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        for (Class<?> benchmark : benchmarks) {
            options.include("^" + Pattern.quote(benchmark.getName()) + "\\.");
        }
        StringBuilder table =
                new StringBuilder("| benchmark | threads | of | time | | B allocated |\n|---|---|---|---|---|---|\n");
        for (RunResult result : new Runner(options.build()).run()) {
            BenchmarkParams params = result.getParams();
            double[] sorted = result.getBenchmarkResults().stream()
                    .mapToDouble(round -> round.getPrimaryResult().getScore())
                    .sorted()
                    .toArray();
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %s | %s | %s | %.0f |%n",
                    params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1),
                    params.getThreads(),
                    params.getParamsKeys().stream()
                            .map(key -> key + " " + params.getParam(key))
                            .collect(Collectors.joining(", ")),
                    Quantiles.of(sorted).text(),
                    result.getPrimaryResult().getScoreUnit(),
                    allocated(result)));
        }
        return table.toString();
    }

    /** Bytes a call; not a number if the profiler gave no figure. */
    private static double allocated(RunResult result) {
        for (String name : result.getSecondaryResults().keySet()) {
            if (name.endsWith(ALLOCATED)) {
                return result.getSecondaryResults().get(name).getScore();
            }
        }
        return Double.NaN;
    }
}
