package io.ephemera.benchmarks.verdict;

import io.ephemera.benchmarks.Part;
import io.ephemera.benchmarks.Quantiles;
import io.ephemera.benchmarks.process.Child;
import io.ephemera.benchmarks.process.FinishedRun;
import io.ephemera.benchmarks.process.Scratch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The default run, from the command to its end, and the same at one speedup after the other. */
public final class VerdictPart implements Part {

    private static final int[] SPEEDUPS = {60, 125, 200, 250, 300, 400, 500, 1_000};
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration COMPILE_LIMIT = Duration.ofMinutes(10);
    private static final String MAVEN = "`mvn gatling:test`";
    private static final String JAR = "`ephemera run KeepAliveOff`";

    /** What the runs of one way came to, in the order of the rounds. */
    private static final class Way {
        final List<Double> modelledPerWall = new ArrayList<>();
        final List<Double> wallSeconds = new ArrayList<>();
        final List<Double> errorPercent = new ArrayList<>();
        final List<Double> lifeMillis = new ArrayList<>();
        final TreeSet<String> verdicts = new TreeSet<>();

        void add(FinishedRun run, double seconds) {
            wallSeconds.add(seconds);
            modelledPerWall.add(run.modelledSeconds() / seconds);
            if (!Double.isNaN(run.errorPercent())) {
                errorPercent.add(run.errorPercent());
            }
            if (!Double.isNaN(run.lifeMillis())) {
                lifeMillis.add(run.lifeMillis());
            }
            verdicts.add(run.verdict().equals("inconclusive") ? run.verdict() + ": " + run.reason() : run.verdict());
        }
    }

    @Override
    public String measure(int rounds, Path folder) throws IOException, InterruptedException {
        Path repository = Path.of("..").toAbsolutePath().normalize();
        // What the users have compiled already is not to be measured.
        try (Scratch scratch = Scratch.make();
                Child compile = Child.start(
                        maven("test-compile"), repository, scratch.folder().resolve("maven.out"), Map.of())) {
            compile.awaitEnd(COMPILE_LIMIT, List.of(0));
        }
        Map<String, Way> defaults = new LinkedHashMap<>();
        Map<Integer, Way> curve = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            run(defaults.computeIfAbsent(MAVEN, added -> new Way()), null, repository);
            run(defaults.computeIfAbsent(JAR, added -> new Way()), List.of(), repository);
            for (int speedup : SPEEDUPS) {
                run(
                        curve.computeIfAbsent(speedup, added -> new Way()),
                        List.of("--speedup", Integer.toString(speedup)),
                        repository);
            }
        }
        StringBuilder table = new StringBuilder(
                        "| default run by | modelled seconds per wall second | wall seconds | error % | verdict |\n")
                .append("|---|---|---|---|---|\n");
        defaults.forEach((name, way) -> table.append("| " + name + " | " + text(way.modelledPerWall, 1) + " | "
                + text(way.wallSeconds, 1) + " | " + text(way.errorPercent, 3) + " | "
                + String.join("; ", way.verdicts) + " |\n"));
        table.append("\n| speedup | error % | life of a connection, ms | wall seconds | verdict |\n")
                .append("|---|---|---|---|---|\n");
        curve.forEach((speedup, way) -> table.append(String.format(
                Locale.ROOT,
                "| %,d | %s | %s | %s | %s |%n",
                speedup,
                text(way.errorPercent, 3),
                text(way.lifeMillis, 2),
                text(way.wallSeconds, 1),
                String.join("; ", way.verdicts))));
        return table.toString();
    }

    /** @param jarOptions options of a run from the jar; {@code null}: a run by Maven */
    private static void run(Way way, @Nullable List<String> jarOptions, Path repository)
            throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.make()) {
            Path runs = scratch.folder().resolve("runs");
            List<String> command = jarOptions == null
                    ? maven("gatling:test", "-Dephemera.report.dir=" + runs)
                    : FinishedRun.fromJar(List.of(), runs, jarOptions);
            try (Child child = Child.start(command, repository, scratch.folder().resolve("run.out"), Map.of())) {
                double seconds = child.awaitEnd(LIMIT, FinishedRun.JUDGED);
                way.add(FinishedRun.only(runs), seconds);
            }
        }
    }

    private static List<String> maven(String... arguments) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("ephemera.benchmarks.maven", "mvn"), "-B"));
        if (Boolean.getBoolean("ephemera.benchmarks.offline")) {
            command.add("-o");
        }
        command.addAll(List.of(arguments));
        return command;
    }

    private static String text(List<Double> values, int decimals) {
        return values.isEmpty() ? "none" : Quantiles.of(values).text(decimals);
    }
}
