package io.ephemera.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** A benchmark of JMH over all their parameters; a round is a JVM of its own. */
final class JmhPart implements Part {

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private static final TimeValue ITERATION = TimeValue.milliseconds(300);

    private final TimeUnit unit;
    private final Class<?> benchmark;
    private final int[] threads;

    JmhPart(TimeUnit unit, Class<?> benchmark, int... threads) {
        this.unit = unit;
        this.benchmark = benchmark;
        this.threads = threads;
    }

    @Override
    public String measure(int rounds, Path folder) throws RunnerException {
        StringBuilder table =
                new StringBuilder("| benchmark | threads | of | time | | B allocated |\n|---|---|---|---|---|---|\n");
        for (int count : threads) {
            for (RunResult result : new Runner(options(rounds, count)).run()) {
                table.append(row(result));
            }
        }
        return table.toString();
    }

    private Options options(int rounds, int count) {
        return new OptionsBuilder()
                .threads(count)
                .include("^" + Pattern.quote(benchmark.getName()) + "\\.")
                .mode(Mode.AverageTime)
                .timeUnit(unit)
                .forks(rounds)
                .jvmArgsAppend("-Xmx4g")
                .warmupIterations(3)
                .warmupTime(ITERATION)
                .measurementIterations(3)
                .measurementTime(ITERATION)
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
    }

    private static String row(RunResult result) {
        BenchmarkParams params = result.getParams();
        List<Double> scores = result.getBenchmarkResults().stream()
                .map(round -> round.getPrimaryResult().getScore())
                .toList();
        return String.format(
                Locale.ROOT,
                "| %s | %d | %s | %s | %s | %.0f |%n",
                params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1),
                params.getThreads(),
                params.getParamsKeys().stream()
                        .map(key -> key + " " + params.getParam(key))
                        .collect(Collectors.joining(", ")),
                Quantiles.of(scores).text(),
                result.getPrimaryResult().getScoreUnit(),
                allocated(result));
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
