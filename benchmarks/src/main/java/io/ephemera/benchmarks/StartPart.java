package io.ephemera.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How long the command line takes to start, beside the JVM's own start. */
final class StartPart implements Part {

    private static final int TURNS_IN_A_ROUND = 5;

    private record Contender(List<String> command, double bar, List<Double> millis) {}

    @Override
    public String measure(int rounds, Path folder) throws IOException, InterruptedException {
        Map<String, Contender> contenders = new LinkedHashMap<>();
        Contender java = contender(Programs.java(List.of("-version")), 1);
        contenders.put("java -version", java);
        contenders.put("ephemera --help", contender(Programs.jar(List.of("--help")), 5));
        contenders.put("ephemera plan", contender(Programs.jar(List.of("plan", "--rate", "20", "--over", "30m")), 8));
        for (int turn = 0; turn <= rounds * TURNS_IN_A_ROUND; turn++) {
            for (Contender contender : contenders.values()) {
                double seconds = Programs.seconds(contender.command, folder, folder.resolve("start.out"), List.of(0));
                if (turn > 0) { // The first of each finds the disk's cache cold.
                    contender.millis.add(seconds * 1e3);
                }
            }
        }
        double base = Quantiles.of(java.millis).median();
        StringBuilder table = new StringBuilder("| | ms | times `java -version` | bar |\n|---|---|---|---|\n");
        contenders.forEach((name, contender) -> table.append(String.format(
                Locale.ROOT,
                "| `%s` | %s | %.2f | %.0f |%n",
                name,
                Quantiles.of(contender.millis).text(0),
                Quantiles.of(contender.millis).median() / base,
                contender.bar)));
        return table.toString();
    }

    private static Contender contender(List<String> command, double bar) {
        return new Contender(command, bar, new ArrayList<>());
    }
}
