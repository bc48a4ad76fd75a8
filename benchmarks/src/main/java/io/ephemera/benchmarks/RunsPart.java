package io.ephemera.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Whole runs, from the command to its end, and what they leave on the disk. */
final class RunsPart implements Part {

    /** What the runs of one command came to, in the order of the rounds. */
    private static final class Told {
        final List<Double> seconds = new ArrayList<>();
        final List<Double> modelledPerSecond = new ArrayList<>();
        String rest = "";
    }

    @Override
    public String measure(int rounds, Path folder) throws IOException, InterruptedException {
        Path repository = Path.of("..").toAbsolutePath().normalize();
        Path output = folder.resolve("runs.out");
        // What the users have compiled already is not to be measured.
        Programs.seconds(maven(List.of("test-compile")), repository, output, List.of(0));
        Map<String, Told> told = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            Path runs = Files.createTempDirectory(folder, "runs");
            Map<String, List<String>> commands = commands(runs);
            for (Map.Entry<String, List<String>> entry : commands.entrySet()) {
                double seconds = Programs.seconds(entry.getValue(), repository, output, FinishedRun.JUDGED);
                add(
                        told.computeIfAbsent(entry.getKey(), added -> new Told()),
                        seconds,
                        FinishedRun.only(runs.resolve(entry.getKey())));
            }
        }
        StringBuilder table = new StringBuilder(
                        "| run | seconds | modelled seconds per second | modelled hours | calls | verdict | recording, KB"
                                + " | result, KB | page, KB |\n")
                .append("|---|---|---|---|---|---|---|---|---|\n");
        told.forEach((name, each) -> table.append("| " + name.replace('-', ' ') + " | "
                + Quantiles.of(each.seconds).text() + " | "
                + Quantiles.of(each.modelledPerSecond).text(0) + " | " + each.rest + " |\n"));
        return table.toString();
    }

    private static Map<String, List<String>> commands(Path runs) throws IOException {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        Path byMaven = runs.resolve("default-by-Maven");
        commands.put(
                byMaven.getFileName().toString(), maven(List.of("gatling:test", "-Dephemera.report.dir=" + byMaven)));
        jar(commands, runs.resolve("default-by-jar"), List.of());
        jar(commands, runs.resolve("6-hours-of-100-ports"), hours(3));
        jar(commands, runs.resolve("24-hours-of-100-ports"), hours(12));
        return commands;
    }

    /** Two steps below the threshold of 0.417 calls/s; a saturated one follows. */
    private static List<String> hours(int hoursOfStep) {
        return List.of("--ports", "20000-20099", "--rates", "0.3,0.4", "--duration", hoursOfStep + "h");
    }

    private static void jar(Map<String, List<String>> commands, Path runs, List<String> options) throws IOException {
        commands.put(
                runs.getFileName().toString(),
                Programs.jar(Stream.concat(
                                Stream.of("run", "KeepAliveOff", "--live", "off", "--report-dir", runs.toString()),
                                options.stream())
                        .toList()));
    }

    private static List<String> maven(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("ephemera.benchmarks.maven", "mvn"), "-B"));
        if (Boolean.getBoolean("ephemera.benchmarks.offline")) {
            command.add("-o");
        }
        command.addAll(arguments);
        return command;
    }

    private static void add(Told told, double seconds, FinishedRun run) throws IOException {
        told.seconds.add(seconds);
        told.modelledPerSecond.add(run.modelledSeconds() / seconds);
        told.rest = String.format(
                Locale.ROOT,
                "%.2f | %,d | %s | %,.0f | %,.1f | %,.0f",
                run.modelledSeconds() / 3_600,
                run.calls(),
                run.verdict(),
                run.bytes("recording.jsonl") / 1e3,
                run.bytes("result.json") / 1e3,
                run.bytes("index.html") / 1e3);
    }
}
