package io.ephemera.simulations.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same load on the model and on the kernel, side by side. Where there is no private namespace, this is skipped by name. */
@DisplayName("Model and kernel agree on")
class ConformanceTest {

    /** Windows on the reuse delay, and first exhaustions. */
    private static final double WINDOW_PERCENT = 0.5;

    private static final double FIRST_EXHAUSTION_PERCENT = 1;

    /** On the plain TIME_WAIT, which the kernel's timer wheel ends when it comes round. */
    private static final double PLAIN_PERCENT = 2;

    private static final double PLAIN_SECONDS = 61.05;

    /**
     * Where windows end in the middle of successes, or few of them make up the time to the first refusal, a start that comes
     * later than this on either side has had no time on this machine; the row is asked again.
     */
    private static final Map<Load, Double> LATE_MILLIS = Map.of(Load.STAIRCASE, 20.0, Load.SATURATION, 60.0);

    /** The kernel's table tells ages to 10 ms, and a tick more: so many seconds of closes may be taken for older than the hold. */
    private static final double AGE_SECONDS = 0.015;

    private static final int ATTEMPTS = 4;
    private static final Path REPORT = Path.of("target", "conformance.md");
    private static final Map<Load, Comparison> SEEN = new EnumMap<>(Load.class);

    @TempDir
    static Path folder;

    private static ExecutorService drivers = Executors.newCachedThreadPool();
    private static CompletableFuture<Comparison> bindZero = new CompletableFuture<>();

    /** Four minutes of next to no load: it goes on beside the others. */
    @BeforeAll
    static void begin() {
        Capabilities.requireNetworkNamespaces();
        bindZero = CompletableFuture.supplyAsync(() -> compare(Load.BIND_ZERO), drivers);
    }

    @AfterAll
    static void report() throws IOException {
        drivers.shutdownNow();
        List<String> lines = ComparisonTable.lines(SEEN);
        lines.forEach(System.out::println);
        Files.write(REPORT, lines);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void agree(Load load) {
        Comparison seen = load == Load.BIND_ZERO ? bindZero.join() : compare(load);
        SEEN.put(load, seen);
        Observed model = seen.model();
        Observed kernel = seen.kernel();
        String both = seen.toString();
        assertEquals(0, model.other() + kernel.other(), both);
        assertEquals(model.refusal(), kernel.refusal(), "class and message of the refusal");
        assertEquals(model.windows().size(), kernel.windows().size());
        for (int i = 0; i < model.windows().size(); i++) {
            long here = model.windows().get(i).ok();
            near(here, kernel.windows().get(i).ok(), here * WINDOW_PERCENT / 100, "window " + i + ": " + both);
        }
        near(model.peakTimeWait(), kernel.peakTimeWait(), 1 + unsure(load), both);
        Double first = model.secondsToFirstExhaustion();
        if (first == null) {
            assertEquals(0, kernel.exhausted(), both);
        } else if (!load.isBurst()) {
            assertEquals(
                    first,
                    kernel.secondsToFirstExhaustion() == null ? Double.NaN : kernel.secondsToFirstExhaustion(),
                    first * FIRST_EXHAUSTION_PERCENT / 100,
                    both);
        }
        expected(load, seen);
    }

    /** Only where ports go on coming back while the table is read. */
    private static double unsure(Load load) {
        return load == Load.STAIRCASE
                ? AGE_SECONDS
                        * load.phases.stream()
                                .mapToDouble(Load.Phase::callsPerSecond)
                                .max()
                                .orElse(0)
                : 0;
    }

    /** What both must show, lest they agree on something else than is meant. */
    private static void expected(Load load, Comparison seen) {
        Observed kernel = seen.kernel();
        switch (load) {
            case STAIRCASE -> {
                assertEquals(
                        630 + 840 + 1008,
                        kernel.windows().stream()
                                .limit(3)
                                .mapToLong(Observed.Window::ok)
                                .sum());
                assertTrue(kernel.exhausted() > 0, seen.toString());
            }
            case SATURATION -> kernel.windows().forEach(window -> assertEquals(2000, window.timeWait(), 1));
            case BURST -> near(1000, kernel.ok(), 1, seen.toString());
            case SERVER_FIRST, ABORT -> {
                assertEquals(3000, kernel.ok());
                assertEquals(0, kernel.peakTimeWait());
            }
            case DESTINATIONS -> near(900, kernel.ok(), 3, seen.toString());
            case BIND_ZERO -> {
                double cycle = seen.cycleSeconds(kernel);
                assertEquals(PLAIN_SECONDS, cycle, PLAIN_SECONDS * PLAIN_PERCENT / 100, seen.toString());
                assertEquals(seen.cycleSeconds(seen.model()), cycle, PLAIN_SECONDS * PLAIN_PERCENT / 100);
            }
            case HELD_ELSEWHERE -> near(490, kernel.ok(), 1, seen.toString());
            case GIVEN_PORT -> assertEquals(1, kernel.ok());
        }
    }

    private static void near(long expected, long actual, double tolerance, String message) {
        assertTrue(
                Math.abs(expected - actual) <= tolerance, () -> actual + " is not near " + expected + ": " + message);
    }

    private static Comparison compare(Load load) {
        for (int attempt = 1; ; attempt++) {
            Path own = folder.resolve(load + "-" + attempt);
            CompletableFuture<Observed> model =
                    CompletableFuture.supplyAsync(() -> observe(load, "model", own), drivers);
            Observed kernel = observe(load, "netns", own);
            Comparison seen = new Comparison(load, model.join(), kernel);
            if (seen.latestMillis() <= LATE_MILLIS.getOrDefault(load, Double.MAX_VALUE) || attempt == ATTEMPTS) {
                return seen;
            }
            System.out.println(
                    load + ", attempt " + attempt + ": starts were up to " + seen.latestMillis() + " ms late");
        }
    }

    private static Observed observe(Load load, String stack, Path own) {
        try {
            Path seen = Files.createDirectories(own).resolve(stack + ".json");
            Process process = new ProcessBuilder(command(load, stack, own, seen))
                    .redirectErrorStream(true)
                    .redirectOutput(own.resolve(stack + ".log").toFile())
                    .start();
            try {
                int status = process.waitFor();
                if (status != 0) {
                    throw new AssertionError(load + " on " + stack + " ended with " + status + ": "
                            + Files.readString(own.resolve(stack + ".log")));
                }
            } finally {
                process.destroyForcibly();
            }
            return new ObjectMapper().readValue(seen.toFile(), Observed.class);
        } catch (IOException | InterruptedException | URISyntaxException e) {
            throw new CompletionException(e);
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
                + Path.of(ConformanceTest.class.getResource("linux.properties").toURI()));
        command.add("-Dephemera.ports=" + load.range());
        command.add("-Dephemera.timeWait=" + load.limits.hold());
        command.add("-Dephemera.scope=" + load.limits.scope());
        command.add("-Dephemera.report.dir=" + own.resolve("runs"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(LoadDriver.class.getName(), load.name(), seen.toString()));
        return command;
    }
}
