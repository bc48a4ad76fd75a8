package io.ephemera.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the agent costs an application. The same application runs in several JVMs at once, warmed up; in each round each of them
 * makes its requests alone, in turn, and its time is set against that of the JVM without an agent in the same round: what else the
 * machine does lengthens neighbouring turns alike.
 */
final class AgentPart implements Part {

    private static final int FIRST_PORT = 10_000;
    private static final int PORTS = 3_977;
    private static final String OPTIONS =
            "ports=" + FIRST_PORT + "-" + (FIRST_PORT + PORTS - 1) + ",speedup=1000,report=none";

    /** The jar of another build, to be set beside this one; empty: none. */
    private static final String OTHER_BUILD = System.getProperty("ephemera.benchmarks.otherAgent", "");

    /** The warm-up is enough for the compiler, and for connects to be past those whose call sites are all looked at. */
    private enum Kind {
        CONNECT(1_000, 50),
        HTTP(500, 25),
        KEEP(5_000, 10),
        REQUEST(5_000, 10);

        private final int requests;
        private final int warmUpTurns;

        Kind(int requests, int warmUpTurns) {
            this.requests = requests;
            this.warmUpTurns = warmUpTurns;
        }
    }

    /** What a request took, in wall-clock time and of the processor. */
    private record Turn(double wallNanos, double cpuNanos) {}

    private record Running(String name, Process process, BufferedReader out, List<Turn> turns) {

        static Running start(Path folder, String name, List<String> command) throws IOException {
            Process process = new ProcessBuilder(command)
                    .redirectError(folder.resolve("agent.err").toFile())
                    .start();
            return new Running(
                    name,
                    process,
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
                    new ArrayList<>());
        }

        Turn turn(Kind kind) throws IOException {
            process.getOutputStream().write((kind + " " + kind.requests + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            String line = out.readLine();
            if (line == null) {
                throw new IOException(name + " has ended");
            }
            String[] words = line.split(" ", 2);
            return new Turn(Double.parseDouble(words[0]), Double.parseDouble(words[1]));
        }
    }

    @Override
    public String measure(int rounds, Path folder) throws Exception {
        StringBuilder table = new StringBuilder(
                        "| request | | µs in wall-clock time | ratio | µs of the processor | ratio |\n")
                .append("|---|---|---|---|---|---|\n");
        List<Running> all = new ArrayList<>();
        try {
            all.add(Running.start(folder, "without the agent", application(List.of())));
            all.add(Running.start(
                    folder,
                    "binds its ports itself",
                    application(List.of(), String.valueOf(FIRST_PORT + PORTS), String.valueOf(PORTS))));
            all.add(Running.start(folder, "agent, none counts", application(agent(",destinations=192.0.2.1:1"))));
            all.add(Running.start(folder, "agent", application(agent(""))));
            if (!OTHER_BUILD.isEmpty()) {
                all.add(Running.start(folder, "another build of it", application(agent(Path.of(OTHER_BUILD), ""))));
            }
            for (Kind kind : Kind.values()) {
                measure(kind, all, rounds);
                for (Running each : all) {
                    table.append(row(kind, each, all.get(0)));
                }
            }
        } finally {
            all.forEach(each -> each.process.destroyForcibly());
        }
        return table + "\nStart and end of an application that does nothing: without the agent "
                + startSeconds(rounds, folder, List.of()) + " s, with it " + startSeconds(rounds, folder, agent(""))
                + " s\n";
    }

    private static List<String> agent(String more) throws IOException {
        Path jar = Path.of("..", "agent", "target", "ephemera-agent.jar")
                .toAbsolutePath()
                .normalize();
        if (!Files.exists(jar)) {
            throw new IOException(jar + " is not there: build it too, by -am");
        }
        return agent(jar, more);
    }

    private static List<String> agent(Path jar, String more) {
        return List.of("-javaagent:" + jar + "=" + OPTIONS + more);
    }

    /** It needs no class but its own. */
    private static List<String> application(List<String> flags, String... arguments) throws URISyntaxException {
        Path classes = Path.of(AgentCostApp.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return Programs.java(
                Stream.of(flags, List.of("-cp", classes.toString(), AgentCostApp.class.getName()), List.of(arguments))
                        .flatMap(List::stream)
                        .toList());
    }

    private static void measure(Kind kind, List<Running> all, int rounds) throws IOException {
        for (int i = 0; i < kind.warmUpTurns; i++) {
            for (Running each : all) {
                each.turn(kind);
            }
        }
        all.forEach(each -> each.turns.clear());
        for (int i = 0; i < rounds; i++) {
            for (int turn = 0; turn < all.size(); turn++) {
                Running next = all.get((i + turn) % all.size());
                next.turns.add(next.turn(kind));
            }
        }
    }

    private static String row(Kind kind, Running each, Running base) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s |%n",
                kind.name().toLowerCase(Locale.ROOT),
                each.name,
                columns(each, base, Turn::wallNanos),
                // The web server's threads are not counted.
                kind == Kind.HTTP ? "| " : columns(each, base, Turn::cpuNanos));
    }

    private static String columns(Running each, Running base, ToDoubleFunction<Turn> nanos) {
        List<Double> micros =
                each.turns.stream().map(turn -> nanos.applyAsDouble(turn) / 1e3).toList();
        List<Double> ratios = IntStream.range(0, each.turns.size())
                .mapToObj(i -> nanos.applyAsDouble(each.turns.get(i)) / nanos.applyAsDouble(base.turns.get(i)))
                .toList();
        return Quantiles.of(micros).text() + " | " + Quantiles.of(ratios).text(2);
    }

    private static String startSeconds(int rounds, Path folder, List<String> flags) throws Exception {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            seconds.add(Programs.seconds(
                    application(flags, AgentCostApp.NOTHING), folder, folder.resolve("agent.out"), List.of(0)));
        }
        return Quantiles.of(seconds).text(2);
    }
}
