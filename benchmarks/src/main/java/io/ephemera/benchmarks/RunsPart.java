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

    @Override
    public String measure(int rounds, Path folder) throws IOException, InterruptedException {
        Path repository = Path.of("..").toAbsolutePath().normalize();
        Path output = folder.resolve("runs.out");
        // What the users have compiled already is not to be measured.
        Programs.seconds(maven("test-compile"), repository, output, List.of(0));
        Map<String, List<MeasuredRun>> finished = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            Path runs = Files.createTempDirectory(folder, "runs");
            for (Map.Entry<String, List<String>> command : commands(runs).entrySet()) {
                double seconds = Programs.seconds(command.getValue(), repository, output, MeasuredRun.JUDGED);
                finished.computeIfAbsent(command.getKey(), added -> new ArrayList<>())
                        .add(MeasuredRun.only(runs.resolve(command.getKey()), seconds));
            }
        }
        StringBuilder table = new StringBuilder(
                        "| run | seconds | modelled seconds per second | modelled hours | calls | verdict | recording, KB"
                                + " | result, KB | page, KB |\n")
                .append("|---|---|---|---|---|---|---|---|---|\n");
        for (Map.Entry<String, List<MeasuredRun>> runs : finished.entrySet()) {
            table.append(row(runs.getKey().replace('-', ' '), runs.getValue()));
        }
        return table.toString();
    }

    private static Map<String, List<String>> commands(Path runs) throws IOException {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        String byMaven = "default-by-Maven";
        commands.put(byMaven, maven("gatling:test", "-Dephemera.report.dir=" + runs.resolve(byMaven)));
        jar(commands, runs, "default-by-jar");
        // Two steps below the threshold of 0.417 calls/s; a saturated one follows.
        jar(commands, runs, "6-hours-of-100-ports", "--ports=20000-20099", "--rates=0.3,0.4", "--duration=3h");
        jar(commands, runs, "24-hours-of-100-ports", "--ports=20000-20099", "--rates=0.3,0.4", "--duration=12h");
        return commands;
    }

    private static void jar(Map<String, List<String>> commands, Path runs, String name, String... options)
            throws IOException {
        Path folder = runs.resolve(name);
        Stream<String> all = Stream.concat(
                Stream.of("run", "KeepAliveOff", "--live", "off", "--report-dir", folder.toString()),
                Stream.of(options));
        commands.put(name, Programs.jar(all.toList()));
    }

    static List<String> maven(String... arguments) {
        List<String> command = new ArrayList<>(List.of(System.getProperty("ephemera.benchmarks.maven", "mvn"), "-B"));
        if (Boolean.getBoolean("ephemera.benchmarks.offline")) {
            command.add("-o");
        }
        command.addAll(List.of(arguments));
        return command;
    }

    private static String row(String name, List<MeasuredRun> runs) throws IOException {
        MeasuredRun last = runs.get(runs.size() - 1);
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %.2f | %,d | %s | %,.0f | %,.1f | %,.0f |%n",
                name,
                Quantiles.of(runs.stream().map(MeasuredRun::seconds).toList()).text(),
                Quantiles.of(runs.stream()
                                .map(run -> run.modelledSeconds() / run.seconds())
                                .toList())
                        .text(0),
                last.modelledSeconds() / 3_600,
                last.calls(),
                last.verdict(),
                last.bytes("recording.jsonl") / 1e3,
                last.bytes("result.json") / 1e3,
                last.bytes("index.html") / 1e3);
    }
}
