package io.ephemera.benchmarks.commandline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs {@code KeepAliveOff} with the same settings under Maven and by the jar, by turns, and says how far apart the measured
 * thresholds are. It needs nothing but the JDK and {@code mvn}, so it runs from its source, in the root of the project:
 *
 * <pre>java benchmarks/src/main/java/io/ephemera/benchmarks/commandline/Parity.java \
 *     cli/target/ephemera.jar 3 ports=20000-20999 timeWait=30s</pre>
 *
 * A run that is inconclusive is made once more, twice at most. Exit codes: 0 at most 0.5 % apart, 1 more, 2 bad input, 3 a run stayed
 * inconclusive.
 */
public final class Parity {

    private static final double MOST_PERCENT_APART = 0.5;
    private static final int ATTEMPTS = 3;
    private static final int BAD_INPUT = 2;
    private static final int INCONCLUSIVE = 3;
    private static final Pattern MEASURED =
            Pattern.compile("\"measured\"\\s*:\\s*\\{[^{}]*\"thresholdCallsPerSecond\"\\s*:\\s*([0-9.]+)");
    private static final Pattern VERDICT = Pattern.compile("\"verdict\"\\s*:\\s*\"(\\w+)\"");

    private Parity() {}

    /**
     * Measures.
     *
     * @param args the jar, the number of rounds, and settings without their {@code ephemera.}, as NAME=VALUE
     * @throws IOException if a program can't be started or a result can't be read
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 2 || !Files.isReadable(Path.of(args[0])) || !args[1].matches("[1-9]\\d?")) {
            System.err.println("usage: Parity ephemera.jar ROUNDS [SETTING=VALUE...]");
            System.exit(BAD_INPUT);
        }
        Map<String, String> settings = new TreeMap<>();
        for (String setting : List.of(args).subList(2, args.length)) {
            String[] parts = setting.split("=", 2);
            if (parts.length < 2) {
                System.err.println(setting + ": a setting is NAME=VALUE, like timeWait=30s");
                System.exit(BAD_INPUT);
            }
            settings.put(parts[0], parts[1]);
        }
        Path folder = Files.createTempDirectory("ephemera-parity");
        int exitCode;
        try {
            exitCode = compare(Path.of(args[0]), Integer.parseInt(args[1]), settings, folder);
        } finally {
            delete(folder);
        }
        System.exit(exitCode);
    }

    private static int compare(Path jar, int rounds, Map<String, String> settings, Path folder)
            throws IOException, InterruptedException {
        List<Double> byMaven = new ArrayList<>();
        List<Double> byJar = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            byMaven.add(threshold("maven", folder.resolve("maven-" + round), reports -> maven(settings, reports)));
            byJar.add(threshold("jar", folder.resolve("jar-" + round), reports -> jar(jar, settings, reports)));
            System.out.printf(
                    Locale.ROOT,
                    "round %d: Maven %.4f calls/s, jar %.4f calls/s%n",
                    round,
                    byMaven.get(round - 1),
                    byJar.get(round - 1));
        }
        double maven = median(byMaven);
        double jarred = median(byJar);
        if (Double.isNaN(maven) || Double.isNaN(jarred)) {
            System.out.println("a run stayed inconclusive: nothing can be said");
            return INCONCLUSIVE;
        }
        double apart = Math.abs(jarred - maven) / maven * 100;
        System.out.printf(
                Locale.ROOT, "median: Maven %.4f calls/s, jar %.4f calls/s: %.2f %% apart%n", maven, jarred, apart);
        return apart <= MOST_PERCENT_APART ? 0 : 1;
    }

    private static List<String> maven(Map<String, String> settings, Path reports) {
        List<String> command = new ArrayList<>(List.of("mvn", "-o", "-B", "gatling:test"));
        settings.forEach((name, value) -> command.add("-Dephemera." + name + "=" + value));
        command.add("-Dephemera.live=off");
        command.add("-Dephemera.report.dir=" + reports);
        return command;
    }

    /** With the heap that the run has under Maven. */
    private static List<String> jar(Path jar, Map<String, String> settings, Path reports) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms1g",
                "-Xmn800m",
                "-jar",
                jar.toString(),
                "run",
                "KeepAliveOff"));
        settings.forEach((name, value) -> {
            command.add("--" + name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
            command.add(value);
        });
        command.addAll(List.of("--live", "off", "--report-dir", reports.toString()));
        return command;
    }

    @FunctionalInterface
    private interface CommandFor {
        List<String> reports(Path folder);
    }

    /** The measured threshold; not a number if each attempt was inconclusive. */
    private static double threshold(String name, Path folder, CommandFor command)
            throws IOException, InterruptedException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Path own = Files.createDirectories(folder.resolve("attempt-" + attempt));
            Path log = own.resolve("log");
            int exitCode = new ProcessBuilder(
                            command.reports(own.resolve("runs").toAbsolutePath()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start()
                    .waitFor();
            String result = result(own);
            if (result.isEmpty()) {
                throw new IOException(name + " ended with " + exitCode + " and left no result: "
                        + String.join("\n", Files.readAllLines(log)));
            }
            Matcher verdict = VERDICT.matcher(result);
            Matcher measured = MEASURED.matcher(result);
            if (verdict.find() && !verdict.group(1).equals("inconclusive") && measured.find()) {
                return Double.parseDouble(measured.group(1));
            }
            System.out.println(name + ": attempt " + attempt + " was inconclusive");
        }
        return Double.NaN;
    }

    /** Empty if there is none. */
    private static String result(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> results =
                    files.filter(file -> file.endsWith("result.json")).toList();
            return results.isEmpty() ? "" : Files.readString(results.get(0));
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
