package io.ephemera.benchmarks.exhaustion;

import io.ephemera.benchmarks.Part;
import io.ephemera.benchmarks.Programs;
import io.ephemera.benchmarks.Quantiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@link Connects} on the kernel and on the model by turns, each in a private network namespace. */
public final class ExhaustionPart implements Part {

    private static final List<String> RANGES = List.of("1024 5000", "32768 60999", "1024 65534");

    @Override
    public String measure(int rounds, Path folder) throws IOException, InterruptedException {
        if (!Namespace.isAvailable()) {
            return "skipped: this machine has no unshare, or no Linux\n";
        }
        Map<String, List<Double>> micros = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (String range : RANGES) {
                for (String stack : List.of("kernel", "model")) {
                    for (String line : inside(stack, range, folder)) {
                        String[] words = line.split(" ", 2);
                        micros.computeIfAbsent(
                                        "| " + stack + " | " + range.replace(' ', '-') + " | " + words[0] + " |",
                                        added -> new ArrayList<>())
                                .add(Double.parseDouble(words[1]) / 1e3);
                    }
                }
            }
        }
        StringBuilder table =
                new StringBuilder("| stack | range | per cent in TIME_WAIT | one connect(), µs |\n|---|---|---|---|\n");
        micros.forEach((row, values) -> table.append(String.format(
                Locale.ROOT, "%s %s |%n", row, Quantiles.of(values).text())));
        return table.toString();
    }

    private static List<String> inside(String stack, String range, Path folder)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "-XX:+EnableDynamicAgentLoading",
                "-cp",
                System.getProperty("java.class.path"),
                Connects.class.getName(),
                stack));
        arguments.addAll(List.of(range.split(" ", 2)));
        // On loopback Linux reuses a port in TIME_WAIT after a second unless it is told not to; and a RST ends a
        // TIME_WAIT unless it is told not to, which gave back some of tens of thousands of ports before the range was
        // used up.
        List<String> command = Namespace.command(
                Map.of("ip_local_port_range", range, "tcp_tw_reuse", "0", "tcp_rfc1337", "1"),
                Programs.java(arguments));
        Path output = folder.resolve("exhaustion.out");
        Programs.seconds(command, folder, output, List.of(0));
        return Files.readAllLines(output).stream()
                .filter(line -> line.matches("(\\d+|refused) \\d+"))
                .toList();
    }
}
