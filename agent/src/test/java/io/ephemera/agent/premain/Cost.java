package io.ephemera.agent.premain;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the agent costs, for docs/agent.md. The same application runs in several JVMs at once, warmed up; in each round each of
 * them makes its requests alone, in turn, and its time is set against that of the JVM without an agent in the same round. Medians
 * and quartiles of these ratios: what else the machine does lengthens neighbouring turns alike.
 */
final class Cost {

    private static final String WITHOUT = "without the agent";
    private static final int FIRST_PORT = 10_000;
    private static final int PORTS = 3_977;
    private static final Map<String, Integer> REQUESTS = Map.of("connect", 1_000, "http", 500, "keep", 5_000);
    /** Enough for the compiler, and for {@code connect} to be past the connections whose call sites are all looked at. */
    private static final Map<String, Integer> WARM_UP_TURNS = Map.of("connect", 50, "http", 25, "keep", 10);

    private static final List<String> KINDS = List.of("connect", "http", "keep");
    private static final int START_ROUNDS_AT_MOST = 15;

    private Cost() {}

    /** One JVM with the application. */
    private record Running(String name, Process process, BufferedReader out) implements AutoCloseable {

        static Running start(Path folder, String name, List<String> flags, String... arguments) throws IOException {
            Process process = new ProcessBuilder(AgentRun.command(folder, flags, "com.acme.CostApp", arguments))
                    .directory(folder.toFile())
                    .redirectError(folder.resolve("err.txt").toFile())
                    .start();
            Running running = new Running(
                    name,
                    process,
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
            running.line();
            return running;
        }

        String line() throws IOException {
            String line = out.readLine();
            if (line == null) {
                throw new IOException(name + " has ended");
            }
            return line;
        }

        /** Nanoseconds a request, on the wall and of the processor. */
        double[] turn(String kind) throws IOException {
            process.getOutputStream().write((kind + " " + REQUESTS.get(kind) + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            String[] words = line().split(" ", 2);
            return new double[] {Double.parseDouble(words[0]), Double.parseDouble(words[1])};
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("cost");
        System.out.println("JDK " + Runtime.version() + ", " + rounds
                + " rounds by turns, medians; ratios with their quartiles, of the same round");
        requests(folder, rounds);
        startUp(folder, Math.min(rounds, START_ROUNDS_AT_MOST));
    }

    private static void requests(Path folder, int rounds) throws IOException {
        List<Running> all = new ArrayList<>();
        try {
            all.add(Running.start(folder, WITHOUT, List.of()));
            all.add(Running.start(
                    folder,
                    "binds its ports itself",
                    List.of(),
                    String.valueOf(FIRST_PORT + PORTS),
                    String.valueOf(PORTS)));
            all.add(Running.start(
                    folder,
                    "agent, none counts",
                    List.of(AgentRun.javaagent(options() + ",destinations=192.0.2.1:1"))));
            all.add(Running.start(folder, "agent", List.of(AgentRun.javaagent(options()))));
            for (String kind : KINDS) {
                for (int i = 0; i < WARM_UP_TURNS.getOrDefault(kind, 0); i++) {
                    for (Running each : all) {
                        each.turn(kind);
                    }
                }
                measure(kind, all, rounds);
            }
        } finally {
            all.forEach(Running::close);
        }
    }

    private static void measure(String kind, List<Running> all, int rounds) throws IOException {
        List<List<double[]>> figures = new ArrayList<>();
        all.forEach(each -> figures.add(new ArrayList<>()));
        for (int i = 0; i < rounds; i++) {
            for (int turn = 0; turn < all.size(); turn++) {
                int next = (i + turn) % all.size();
                figures.get(next).add(all.get(next).turn(kind));
            }
        }
        for (int i = 0; i < all.size(); i++) {
            String name = all.get(i).name();
            print(kind + " wall us", name, column(figures.get(i), 0), column(figures.get(0), 0), 1e3);
            if (!kind.equals("http")) {
                print(kind + " cpu us", name, column(figures.get(i), 1), column(figures.get(0), 1), 1e3);
            }
        }
    }

    private static void startUp(Path folder, int rounds) throws Exception {
        List<Double> without = new ArrayList<>();
        List<Double> with = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            for (int turn = 0; turn < 2; turn++) {
                boolean agent = (i + turn) % 2 == 0;
                long began = System.nanoTime();
                AgentRun run = AgentRun.of(
                        folder, agent ? List.of(AgentRun.javaagent(options())) : List.of(), "com.acme.CrmApp");
                if (run.exitCode() != 0) {
                    throw new IllegalStateException(run.toString());
                }
                (agent ? with : without).add((double) System.nanoTime() - began);
            }
        }
        print("start and end ms", WITHOUT, without, without, 1e6);
        print("start and end ms", "agent", with, without, 1e6);
    }

    private static String options() {
        return "ports=" + FIRST_PORT + "-" + (FIRST_PORT + PORTS - 1) + ",speedup=1000,report=none";
    }

    private static List<Double> column(List<double[]> rows, int index) {
        List<Double> column = new ArrayList<>();
        rows.forEach(row -> column.add(row[index]));
        return column;
    }

    private static void print(String what, String name, List<Double> values, List<Double> base, double unit) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            ratios.add(values.get(i) / base.get(i));
        }
        System.out.printf(
                Locale.ROOT,
                "%-17s %-23s %9.2f   %+8.2f   ratio %.3f (%.3f-%.3f)%n",
                what,
                name,
                quantile(values, 0.5) / unit,
                (quantile(values, 0.5) - quantile(base, 0.5)) / unit,
                quantile(ratios, 0.5),
                quantile(ratios, 0.25),
                quantile(ratios, 0.75));
    }

    private static double quantile(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        double at = share * (sorted.size() - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (at - below) * (sorted.get(above) - sorted.get(below));
    }
}
