package io.ephemera.benchmarks.exhaustion;

import io.ephemera.benchmarks.Part;
import io.ephemera.benchmarks.Quantiles;
import io.ephemera.benchmarks.process.Namespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@link Connects} on the kernel and on the model by turns, each in a private network namespace. */
public final class ExhaustionPart implements Part {

    private static final List<String> RANGES = List.of("1024 5000", "32768 60999");
    private static final int HALF = 50;
    private static final String REFUSED = "refused";

    /** A line of the chart: nanoseconds by per cent of the ports in TIME_WAIT, a measurement each round. */
    record Curve(String stack, String range, TreeMap<Integer, List<Double>> nanos, List<Double> refusedNanos) {

        int ports() {
            String[] bounds = range.split(" ", 2);
            return Integer.parseInt(bounds[1]) - Integer.parseInt(bounds[0]) + 1;
        }

        Quantiles at(int percent) {
            return Quantiles.of(nanos.getOrDefault(percent, List.of()));
        }
    }

    @Override
    public String measure(int rounds, Path folder) throws IOException, InterruptedException {
        if (!Namespace.isAvailable()) {
            return "skipped: this machine has no unshare, or no Linux\n";
        }
        List<Curve> curves = new ArrayList<>();
        for (String range : RANGES) {
            for (String stack : new String[] {"kernel", "model"}) {
                curves.add(new Curve(stack, range, new TreeMap<>(), new ArrayList<>()));
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (Curve curve : curves) {
                turn(curve, folder);
            }
        }
        Files.writeString(folder.resolve("exhaustion.svg"), new Chart(curves).svg(), StandardCharsets.UTF_8);
        return table(curves);
    }

    private static void turn(Curve curve, Path folder) throws IOException, InterruptedException {
        List<String> inside = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+EnableDynamicAgentLoading",
                "-cp",
                System.getProperty("java.class.path"),
                Connects.class.getName(),
                curve.stack()));
        inside.addAll(List.of(curve.range().split(" ", 2)));
        // On loopback Linux reuses a port in TIME_WAIT after a second unless it is told not to; and a RST ends a
        // TIME_WAIT unless it is told not to, which gave back some of tens of thousands of ports before the range was
        // used up.
        List<String> command = Namespace.command(
                Map.of("ip_local_port_range", curve.range(), "tcp_tw_reuse", "0", "tcp_rfc1337", "1"), inside);
        Path errors = folder.resolve("exhaustion.err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("the namespace's run failed: " + Files.readString(errors, StandardCharsets.UTF_8));
        }
        out.lines().forEach(line -> {
            String[] words = line.split(" ", 2);
            double nanos = Double.parseDouble(words[1]);
            if (words[0].equals(REFUSED)) {
                curve.refusedNanos().add(nanos);
            } else {
                curve.nanos()
                        .computeIfAbsent(Integer.parseInt(words[0]), added -> new ArrayList<>())
                        .add(nanos);
            }
        });
    }

    private static String table(List<Curve> curves) {
        StringBuilder table = new StringBuilder(
                        "| stack | ports | emptiest µs | half free or more µs | the other half µs"
                                + " | at the last / emptiest | highest / emptiest | refused µs |\n")
                .append("|---|---|---|---|---|---|---|---|\n");
        for (Curve curve : curves) {
            double emptiest = curve.at(curve.nanos().firstKey()).median();
            double last = curve.at(curve.nanos().lastKey()).median();
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %.1f | %s | %s | %.2f | %.2f | %s |%n",
                    curve.stack(),
                    curve.ports(),
                    emptiest / 1e3,
                    span(curve, curve.nanos().headMap(HALF)),
                    span(curve, curve.nanos().tailMap(HALF)),
                    last / emptiest,
                    highest(curve, curve.nanos()) / emptiest,
                    curve.refusedNanos().isEmpty()
                            ? "not reached in 55 s"
                            : String.format(
                                    Locale.ROOT,
                                    "%.1f",
                                    Quantiles.of(curve.refusedNanos()).median() / 1e3)));
        }
        return table.toString();
    }

    private static String span(Curve curve, SortedMap<Integer, List<Double>> bins) {
        if (bins.isEmpty()) {
            return "not reached in 55 s";
        }
        double lowest = bins.keySet().stream()
                .mapToDouble(percent -> curve.at(percent).median())
                .min()
                .orElseThrow();
        return String.format(Locale.ROOT, "%.1f-%.1f", lowest / 1e3, highest(curve, bins) / 1e3);
    }

    private static double highest(Curve curve, SortedMap<Integer, List<Double>> bins) {
        return bins.keySet().stream()
                .mapToDouble(percent -> curve.at(percent).median())
                .max()
                .orElseThrow();
    }
}
