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

/** {@link Connects} on the kernel and on the model by turns, and {@link Occupancies}, each in a private network namespace. */
public final class ExhaustionPart implements Part {

    private static final List<String> RANGES = List.of("1024 5000", "32768 60999", "1024 65534");
    private static final int HALF = 50;
    private static final String REFUSED = "refused";

    /** A line of the chart: nanoseconds by per cent of the ports in TIME_WAIT, a measurement each round. */
    record Curve(String stack, String range, TreeMap<Integer, List<Double>> nanos, List<Double> refusedNanos) {

        int ports() {
            return portsOf(range);
        }

        Quantiles at(int percent) {
            return Quantiles.of(nanos.getOrDefault(percent, List.of()));
        }
    }

    static int portsOf(String range) {
        String[] bounds = range.split(" ", 2);
        return Integer.parseInt(bounds[1]) - Integer.parseInt(bounds[0]) + 1;
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
        OccupancyTable occupancies = new OccupancyTable();
        for (int round = 0; round < rounds; round++) {
            for (Curve curve : curves) {
                turn(curve, folder);
            }
            for (String range : RANGES) {
                inside(range, folder, Occupancies.class, List.of()).forEach(line -> occupancies.add(range, line));
            }
        }
        Files.writeString(folder.resolve("exhaustion.svg"), new Chart(curves).svg(), StandardCharsets.UTF_8);
        return table(curves) + "\n" + occupancies.text();
    }

    private static void turn(Curve curve, Path folder) throws IOException, InterruptedException {
        inside(curve.range(), folder, Connects.class, List.of(curve.stack())).forEach(line -> {
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

    /** The lines that the program prints, which is given the arguments and the first and the last port of the range. */
    private static List<String> inside(String range, Path folder, Class<?> program, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> java = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+EnableDynamicAgentLoading",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        java.addAll(arguments);
        java.addAll(List.of(range.split(" ", 2)));
        // On loopback Linux reuses a port in TIME_WAIT after a second unless it is told not to; and a RST ends a
        // TIME_WAIT unless it is told not to, which gave back some of tens of thousands of ports before the range was
        // used up.
        List<String> command =
                Namespace.command(Map.of("ip_local_port_range", range, "tcp_tw_reuse", "0", "tcp_rfc1337", "1"), java);
        Path errors = folder.resolve("exhaustion.err");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("the namespace's run failed: " + Files.readString(errors, StandardCharsets.UTF_8));
        }
        return out.lines().toList();
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
