package io.ephemera.simulations.conformance;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;

/** The same load on both stacks at the same time, each in a JVM of its own. */
final class SideBySide {

    /**
     * Where windows end in the middle of successes, or few of them make up the time to the first refusal, a start that comes
     * later than this on either side has had no time on this machine.
     */
    private static final Map<Load, Double> LATE_MILLIS = Map.of(Load.STAIRCASE, 20.0, Load.SATURATION, 20.0);

    private SideBySide() {}

    static Comparison compare(Load load, Path folder) {
        Path own = folder.resolve(load.name());
        CompletableFuture<Observed> model = CompletableFuture.supplyAsync(() -> observe(load, "model", own));
        Observed kernel = observe(load, "netns", own);
        Comparison seen = new Comparison(load, model.join(), kernel);
        Assumptions.assumeTrue(
                seen.latestMillis() <= LATE_MILLIS.getOrDefault(load, Double.MAX_VALUE),
                () -> "skipped: this machine had no time for " + load + ": starts were up to " + seen.latestMillis()
                        + " ms late");
        return seen;
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
        command.add("-Dephemera.timeWait=" + load.limits.hold());
        command.add("-Dephemera.scope=" + load.limits.scope());
        command.add("-Dephemera.report.dir=" + own.resolve("runs"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(LoadDriver.class.getName(), load.name(), seen.toString()));
        return command;
    }
}
