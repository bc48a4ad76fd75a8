package io.ephemera.benchmarks.commandline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Starts {@code ephemera --help} and {@code ephemera plan} by turns with {@code java -version} and prints the medians as multiples of
 * that. It needs nothing but the JDK, so it runs from its source:
 *
 * <pre>java benchmarks/src/main/java/io/ephemera/benchmarks/commandline/StartUp.java cli/target/ephemera.jar 15</pre>
 *
 * What the machine does beside it falls on all three alike, since each has a turn in each round; the rounds begin with each in turn.
 */
public final class StartUp {

    private static final int LEAST_ROUNDS = 15;
    private static final int BAD_INPUT = 2;

    private StartUp() {}

    /**
     * What is started.
     *
     * @param most the bar: multiples of {@code java -version}
     * @param millis wall-clock time from start to end, in each round
     */
    private record Contender(String name, double most, List<String> command, List<Double> millis) {

        double median() {
            return quantile(0.5);
        }

        double quantile(double share) {
            List<Double> sorted = millis.stream().sorted().toList();
            return sorted.get((int) Math.round(share * (sorted.size() - 1)));
        }
    }

    /**
     * Measures.
     *
     * @param args the jar; the number of rounds, 15 if it is not given, and no fewer; options of the JVM for all three
     * @throws IOException if a JVM can't be started
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length < 2 ? LEAST_ROUNDS : Integer.parseInt(args[1]);
        if (args.length == 0 || !Files.isReadable(Path.of(args[0])) || rounds < LEAST_ROUNDS) {
            System.err.println("usage: StartUp ephemera.jar [ROUNDS, 15 or more] [JVM OPTION...]");
            System.exit(BAD_INPUT);
        }
        List<String> options = List.of(args).subList(Math.min(2, args.length), args.length);
        List<Contender> contenders = List.of(
                contender("java -version", 1, options, "-version"),
                contender("ephemera --help", 5, options, "-jar", args[0], "--help"),
                contender("ephemera plan", 8, options, "-jar", args[0], "plan", "--rate", "20", "--over", "30m"));
        // The first of each finds the disk's cache cold.
        for (Contender contender : contenders) {
            millis(contender.command);
        }
        for (int round = 0; round < rounds; round++) {
            for (int turn = 0; turn < contenders.size(); turn++) {
                Contender contender = contenders.get((round + turn) % contenders.size());
                contender.millis.add(millis(contender.command));
            }
        }
        System.exit(print(contenders, rounds, options) ? 0 : 1);
    }

    private static Contender contender(String name, double most, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(arguments));
        return new Contender(name, most, command, new ArrayList<>());
    }

    private static double millis(List<String> command) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        int exitCode = process.waitFor();
        double millis = (System.nanoTime() - begin) / 1e6;
        if (exitCode != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + exitCode);
        }
        return millis;
    }

    private static boolean print(List<Contender> contenders, int rounds, List<String> options) {
        System.out.printf(
                Locale.ROOT,
                "%d rounds, Java %s %s%n%-16s %10s %18s %8s %6s%n",
                rounds,
                Runtime.version(),
                String.join(" ", options),
                "",
                "median ms",
                "quartiles",
                "ratio",
                "bar");
        boolean within = true;
        double base = contenders.get(0).median();
        for (Contender contender : contenders) {
            double ratio = contender.median() / base;
            within &= ratio <= contender.most;
            System.out.printf(
                    Locale.ROOT,
                    "%-16s %10.0f %18s %8.2f %6.0f%s%n",
                    contender.name,
                    contender.median(),
                    String.format(Locale.ROOT, "%.0f-%.0f", contender.quantile(0.25), contender.quantile(0.75)),
                    ratio,
                    contender.most,
                    ratio <= contender.most ? "" : "  missed");
        }
        return within;
    }
}
