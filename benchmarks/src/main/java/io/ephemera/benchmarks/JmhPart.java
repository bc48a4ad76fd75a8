package io.ephemera.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** A benchmark of JMH over all their parameters; a round is a JVM of its own. */
final class JmhPart implements Part {

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
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        PrintStream text = new PrintStream(table, true, StandardCharsets.UTF_8);
        for (int count : threads) {
            text.println("```\nthreads: " + count);
            ResultFormatFactory.getInstance(ResultFormatType.TEXT, text)
                    .writeOut(new Runner(options(rounds, count)).run());
            text.println("```\n");
        }
        return table.toString(StandardCharsets.UTF_8);
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
}
