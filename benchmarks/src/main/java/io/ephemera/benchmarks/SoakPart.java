package io.ephemera.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What lasts long and is to stay flat: the agent in an application that hardly stays the same, and a run of an hour of modelled time as
 * fast as its calls can be made. A round is ten thousand destinations, and an hour. Linux.
 */
final class SoakPart implements Part {

    private static final int DESTINATIONS = 10_000;
    private static final int MEGABYTES = 64;
    private static final Pattern COLLECTED = Pattern.compile("->(\\d+)M\\(");
    private static final int LOOK_MILLIS = 500;
    /** Of the looks, in tenths; the start and the end of the JVM are another matter. */
    private static final Map<String, Integer> WHEN = new TreeMap<>(Map.of("begin", 1, "middle", 5, "the end", 9));

    /** 6,000 ports for 60 s are 100 calls/s. */
    private static final List<String> HOURLY =
            List.of("ports=10000-15999", "timeWait=60s", "rates=99", "require=99", "live=off");

    @Override
    public String measure(int rounds, Path folder) throws Exception {
        StringBuilder table = new StringBuilder(
                        "| | when | heap after a collection, KB | files | threads | classes |\n")
                .append("|---|---|---|---|---|---|\n");
        agent(rounds * DESTINATIONS, folder, table);
        hour(rounds, folder, table);
        return table.toString();
    }

    private static void agent(int destinations, Path folder, StringBuilder table) throws Exception {
        Path jar = Path.of("..", "agent", "target", "ephemera-agent.jar").toRealPath();
        Path output = folder.resolve("soak.out");
        Path classes = Path.of(SoakApp.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Programs.seconds(
                Programs.java(List.of(
                        "-Xmx" + MEGABYTES + "m",
                        "-javaagent:" + jar + "=ports=20000-20099,timeWait=1s,scope=destination,report=none",
                        "-cp",
                        classes.toString(),
                        SoakApp.class.getName(),
                        String.valueOf(destinations))),
                folder,
                output,
                List.of(0));
        for (String line : Files.readAllLines(output)) {
            if (line.startsWith(SoakApp.FIGURES)) {
                String[] figures = line.substring(SoakApp.FIGURES.length()).split(" ", 2);
                table.append("| agent, -Xmx" + MEGABYTES + "m | " + figures[0] + " destinations | "
                        + figures[1].replace(" ", " | ") + " |\n");
            }
        }
    }

    private static void hour(int hours, Path folder, StringBuilder table) throws IOException, InterruptedException {
        Path runs = Files.createTempDirectory(folder, "soak");
        Path log = runs.resolve("gc.log");
        List<String> command = Stream.of(
                        List.of("-Xmx" + 4 * MEGABYTES + "m", "-Xlog:gc:file=" + log),
                        List.of("-cp", System.getProperty("java.class.path")),
                        HOURLY.stream().map(setting -> "-Dephemera." + setting).toList(),
                        List.of("-Dephemera.duration=" + hours + "h", "-Dephemera.report.dir=" + runs),
                        List.of("-XX:+EnableDynamicAgentLoading", "-Djdk.attach.allowAttachSelf=true"),
                        List.of("-Dgatling.conf.file=gatling.conf", "io.gatling.app.Gatling", "-nr"),
                        List.of(
                                "-s",
                                "io.ephemera.simulations.KeepAliveOff",
                                "-rf",
                                runs.resolve("g").toString()))
                .flatMap(List::stream)
                .toList();
        long began = System.nanoTime();
        Process process = new ProcessBuilder(Programs.java(command))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("soak-run.out").toFile())
                .start();
        List<String> looks = new ArrayList<>();
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                looks.addAll(figures(process.pid(), log));
            }
        } finally {
            process.destroyForcibly();
        }
        MeasuredRun run = MeasuredRun.only(runs, (System.nanoTime() - began) / 1e9);
        WHEN.forEach((when, tenths) -> table.append("| run of " + hours + " h | " + when + " | ")
                .append(looks.get(tenths * looks.size() / 10))
                .append(" | |\n"));
        table.append(String.format(
                Locale.ROOT,
                "%n%,d calls in %.0f modelled seconds, %.0f s by the wall: %s%n",
                run.calls(),
                run.modelledSeconds(),
                run.seconds(),
                run.verdict()));
        Programs.delete(runs);
    }

    /** None where it has not collected yet, or has ended. */
    private static List<String> figures(long pid, Path log) throws IOException {
        List<MatchResult> collected =
                COLLECTED.matcher(Files.readString(log)).results().toList();
        Path process = Path.of("/proc", Long.toString(pid));
        try (Stream<Path> files = Files.list(process.resolve("fd"));
                Stream<Path> threads = Files.list(process.resolve("task"))) {
            String counts = files.count() + " | " + threads.count();
            return collected.isEmpty()
                    ? List.of()
                    : List.of(collected.get(collected.size() - 1).group(1) + ",000 | " + counts);
        } catch (IOException e) {
            return List.of();
        }
    }
}
