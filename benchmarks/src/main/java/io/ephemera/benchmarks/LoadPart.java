package io.ephemera.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The load phase of the default run on the model beside plain Gatling's: as many calls, as many at a time, each in a cold JVM with
 * the same options and the same stub in it, by turns.
 */
final class LoadPart implements Part {

    private static final Pattern TOOK = Pattern.compile("load phase ([0-9.]+) s");

    @Override
    public String measure(int rounds, Path folder) throws IOException, InterruptedException {
        // The first says how many calls there are, and finds the disk's cache cold.
        long calls = model(folder).calls();
        List<Double> model = new ArrayList<>();
        List<Double> plain = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 0) {
                model.add(calls / model(folder).seconds());
                plain.add(calls / plain(calls, folder));
            } else {
                plain.add(calls / plain(calls, folder));
                model.add(calls / model(folder).seconds());
            }
            ratios.add(model.get(round) / plain.get(round));
        }
        return String.format(
                Locale.ROOT,
                "| %,d calls by %d users | calls/s | ratio | bar |%n|---|---|---|---|%n| plain Gatling | %s | 1 | |%n"
                        + "| the run on the model | %s | %s | 0.9 |%n",
                calls,
                LoadPhase.USERS,
                Quantiles.of(plain).text(0),
                Quantiles.of(model).text(0),
                Quantiles.of(ratios).text(2));
    }

    private static MeasuredRun model(Path folder) throws IOException, InterruptedException {
        Path runs = Files.createTempDirectory(folder, "load");
        List<String> options = List.of(
                "-Dephemera.live=off", "-Dephemera.concurrency=" + LoadPhase.USERS, "-Dephemera.report.dir=" + runs);
        return MeasuredRun.only(runs, seconds(options, folder));
    }

    private static double plain(long calls, Path folder) throws IOException, InterruptedException {
        return seconds(List.of("-D" + LoadPhase.PLAIN_CALLS + "=" + calls), folder);
    }

    private static double seconds(List<String> options, Path folder) throws IOException, InterruptedException {
        // As the default run by Maven has them (simulations/pom.xml).
        List<String> arguments = new ArrayList<>(List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx1g",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                // Gatling's log wants it.
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Djdk.attach.allowAttachSelf=true",
                "-Djava.util.prefs.PreferencesFactory=io.ephemera.simulations.gatling.TransientPreferences",
                "-Dgatling.conf.file=gatling.conf"));
        arguments.addAll(options);
        arguments.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "io.gatling.app.Gatling",
                "--simulation",
                LoadPhase.class.getName(),
                "--results-folder",
                folder.resolve("gatling").toString(),
                "--no-reports"));
        Path output = folder.resolve("load.out");
        Programs.seconds(Programs.java(arguments), folder, output, List.of(0));
        Matcher took = TOOK.matcher(Files.readString(output));
        if (!took.find()) {
            throw new IOException("no load phase was told in " + output);
        }
        return Double.parseDouble(took.group(1));
    }
}
