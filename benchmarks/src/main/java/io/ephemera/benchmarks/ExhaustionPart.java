package io.ephemera.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@link Connects} on the kernel and on the model by turns, each in a private network namespace. */
final class ExhaustionPart implements Part {

    private static final Path UNSHARE = Path.of("/usr/bin/unshare");
    private static final List<String> RANGES = List.of("1024 5000", "32768 60999", "1024 65534");

    /**
     * On loopback Linux reuses a port in TIME_WAIT after a second unless it is told not to; and a RST ends a TIME_WAIT unless it is
     * told not to, which gave back some of tens of thousands of ports before the range was used up.
     */
    private static final String SET_UP = "ip link set lo up; cd /proc/sys/net/ipv4; echo 0 >tcp_tw_reuse;"
            + " echo 1 >tcp_rfc1337; echo \"$1 $2\" >ip_local_port_range; cd \"$OLDPWD\"; shift 2; \"$@\"; exit $?";

    @Override
    public String measure(int rounds, Path folder) throws IOException, InterruptedException {
        if (!Files.isExecutable(UNSHARE)) {
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
        List<String> ends = List.of(range.split(" ", 2));
        List<String> command = new ArrayList<>(List.of(UNSHARE.toString()));
        if (!"root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        // All processes in the namespace end with the command.
        command.addAll(List.of("--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-ec", SET_UP, "sh"));
        command.addAll(ends);
        command.addAll(Programs.java(List.of(
                "-XX:+EnableDynamicAgentLoading",
                "-cp",
                System.getProperty("java.class.path"),
                Connects.class.getName(),
                stack)));
        command.addAll(ends);
        Path output = folder.resolve("exhaustion.out");
        Programs.seconds(command, folder, output, List.of(0));
        return Files.readAllLines(output).stream()
                .filter(line -> line.matches("(\\d+|refused) \\d+"))
                .toList();
    }
}
