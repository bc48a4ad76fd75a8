package io.ephemera.simulations.conformance;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;

/** The same load on both stacks at the same time, each in a JVM of its own. */
final class SideBySide {

    /**
     * Where windows end in the middle of successes, or few of them make up the time to the first refusal, a start that comes
     * later than this on either side has had no time on this machine.
     */
    private static final Map<Load, Double> LATE_MILLIS = Map.of(Load.STAIRCASE, 20.0, Load.SATURATION, 20.0);

    private static final Path TABLE = Path.of("target", "conformance.md");
    private static final Map<Load, Comparison> SEEN = new TreeMap<>();

    private SideBySide() {}

    static Comparison compare(Load load, Path folder) {
        Capabilities.requireNetworkNamespaces();
        Path own = folder.resolve(load.name());
        CompletableFuture<Observed> model = CompletableFuture.supplyAsync(() -> observe(load, "model", own));
        Observed kernel = observe(load, "netns", own);
        Comparison seen = new Comparison(load, model.join(), kernel);
        report(seen);
        Assumptions.assumeTrue(
                seen.latestMillis() <= LATE_MILLIS.getOrDefault(load, Double.MAX_VALUE),
                () -> "skipped: this machine had no time for " + load + ": starts were up to " + seen.latestMillis()
                        + " ms late");
        return seen;
    }

    /** The rows of all classes of the suite come into one table, in a file and on the console. */
    private static synchronized void report(Comparison seen) {
        SEEN.put(seen.load(), seen);
        List<String> lines =
                new ArrayList<>(List.of("| load | | model | kernel | difference |", "|---|---|---|---|---|"));
        SEEN.values().forEach(comparison -> lines.addAll(comparison.rows()));
        seen.rows().forEach(System.out::println);
        try {
            Files.write(TABLE, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Observed observe(Load load, String stack, Path own) {
        try {
            Path seen = Files.createDirectories(own).resolve(stack + ".json");
            Path log = own.resolve(stack + ".log");
            Process process = new ProcessBuilder(command(load, stack, own, seen))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                int status = process.waitFor();
                if (status != 0) {
                    throw new AssertionError(
                            load + " on " + stack + " ended with " + status + ": " + Files.readString(log));
                }
            } finally {
                process.destroyForcibly();
            }
            return new ObjectMapper().readValue(seen.toFile(), Observed.class);
        } catch (IOException | InterruptedException | URISyntaxException e) {
            throw new AssertionError(load + " on " + stack + " could not be observed", e);
        }
    }

    private static List<String> command(Load load, String stack, Path own, Path seen) throws URISyntaxException {
        // The model's own sockets are real as well: in a namespace no other row's TIME_WAIT is in their way.
        List<String> command =
                new ArrayList<>(stack.equals("model") ? Capabilities.inNetworkNamespace("true") : List.of());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+EnableDynamicAgentLoading");
        command.add("-Djdk.attach.allowAttachSelf=true");
        command.add("-Dephemera.stack=" + stack);
        command.add("-Dephemera.profile="
                + Path.of(Objects.requireNonNull(SideBySide.class.getResource("linux.properties"))
                        .toURI()));
        command.add("-Dephemera.ports=" + load.range());
        command.add("-Dephemera.timeWait=" + load.hold);
        command.add("-Dephemera.scope=" + load.scope());
        command.add("-Dephemera.report.dir=" + own.resolve("runs"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(LoadDriver.class.getName(), load.name(), seen.toString()));
        return command;
    }
}
