package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("KeepAliveOff, run by Gatling in a JVM of its own,")
class KeepAliveOffTest {

    /** A thousand ports and a minute: a threshold of 16.67 calls/s, at a speedup that a busy machine drives. */
    private static final Map<String, String> QUICK = Map.of(
            "ephemera.ports", "20000-20999",
            "ephemera.timeWait", "60s",
            "ephemera.rates", "12,20",
            "ephemera.speedup", "30");

    @TempDir
    Path folder;

    private static Map<String, String> quick(String... more) {
        Map<String, String> settings = new TreeMap<>(QUICK);
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    private GatlingProcess conclusive(String... more) throws Exception {
        return GatlingProcess.conclusive(folder, own -> GatlingProcess.start(own, quick(more)));
    }

    @Test
    @DisplayName("finds the threshold that was predicted, exits 0, and agrees with the stub to the unit")
    void threshold() throws Exception {
        try (GatlingProcess run = conclusive()) {
            int exitCode = run.exitCode();
            JsonNode result = run.result();
            assertEquals(0, exitCode, run.output());
            assertEquals("exhausted", result.at("/verdict").asText(), run.output());
            assertEquals(16.667, result.at("/predicted/thresholdCallsPerSecond").asDouble());
            assertTrue(result.at("/measured/errorPercent").asDouble() <= 0.5, run.output());
            assertEquals("timeWait", result.at("/measured/heldBy").asText());
            assertEquals(
                    12.0, result.at("/measured/highestSustainedCallsPerSecond").asDouble());
            assertEquals(
                    20.0, result.at("/measured/firstExhaustedCallsPerSecond").asDouble());
            assertEquals(0, result.at("/steps/0/exhausted").asLong());
            assertEquals(
                    result.at("/counts/server/accepted").asLong(),
                    result.at("/counts/pool/connected").asLong());
            assertEquals(
                    result.at("/counts/server/responses").asLong(),
                    result.at("/calls/ok").asLong());
            assertEquals(0, result.at("/calls/otherFailures").asLong());
            assertEquals(
                    result.at("/counts/pool/connected").asLong(),
                    result.at("/counts/pool/activeClose").asLong(),
                    "the client closed every connection first");
            assertTrue(run.output().contains("BindException: Address already in use: connect")
                    || run.output().contains("Address already in use: connect"));
            assertFalse(run.output().contains("\tat "), run.output());
        }
    }

    @ParameterizedTest(name = "is sustained at every rate with pattern {0}, and has no threshold")
    @CsvSource({"keep-alive-shared", "server-closes-first"})
    void noThreshold(String pattern) throws Exception {
        try (GatlingProcess run = conclusive("ephemera.pattern", pattern)) {
            assertEquals(0, run.exitCode(), run.output());
            JsonNode result = run.result();
            assertEquals("sustained", result.at("/verdict").asText());
            assertTrue(result.at("/predicted/thresholdCallsPerSecond").isNull());
            assertTrue(result.at("/measured/thresholdCallsPerSecond").isNull());
            assertEquals(
                    20.0, result.at("/measured/highestSustainedCallsPerSecond").asDouble());
            assertEquals(0, result.at("/counts/pool/activeClose").asLong(), "no TIME_WAIT is ours");
        }
    }

    @ParameterizedTest(name = "with {0} calls/s required exits {1}, and leaves nothing behind but its folder")
    @CsvSource({"15, 0", "18, 1"})
    void required(String rate, int exitCode) throws Exception {
        try (GatlingProcess run = conclusive("ephemera.require", rate)) {
            assertEquals(exitCode, run.exitCode(), run.output());
            assertEquals(exitCode == 0, run.result().at("/required/holds").asBoolean());
            assertEquals(List.of(), run.temporaryFiles());
        }
    }

    @Test
    @DisplayName("killed in the middle, leaves a recording that the next run turns into a partial result")
    void killed() throws Exception {
        try (GatlingProcess killed = GatlingProcess.start(folder, quick())) {
            killed.awaitLine("step 2/3");
            killed.kill();
            killed.exitCode();
            Path run = killed.runs().get(0);
            assertTrue(Files.size(run.resolve("recording.jsonl")) > 0);
            assertFalse(Files.exists(run.resolve("result.json")));
            try (GatlingProcess next = GatlingProcess.start(folder, quick("ephemera.target", "http://127.0.0.1:1/"))) {
                assertEquals(2, next.exitCode(), next.output());
                JsonNode result = killed.result();
                assertTrue(result.at("/partial").asBoolean());
                assertEquals("inconclusive", result.at("/verdict").asText());
                assertTrue(result.at("/calls/ok").asLong() > 0);
            }
        }
    }

    @ParameterizedTest(name = "refuses {0}={1} with one line and exit code 2, and writes no run")
    @CsvSource({
        "ephemera.rate, 10, there is no such setting; the nearest is ephemera.rates",
        "ephemera.timeWait, 60, a duration is a number with a unit",
        "ephemera.target, http://127.0.0.1:1/, it does not answer",
        "ephemera.target, http://nowhere.invalid/, no such host",
        "ephemera.report.dir, /proc/nowhere, it can't be written",
        "gatling.netty.useNativeTransport, true, the port hook can't see native transports"
    })
    void badInput(String key, String value, String line) throws Exception {
        try (GatlingProcess run = GatlingProcess.start(folder, quick(key, value))) {
            assertEquals(2, run.exitCode(), run.output());
            List<String> ours = Stream.of(run.output().split("\n"))
                    .filter(text -> !text.isBlank())
                    .toList();
            assertEquals(1, ours.size(), run.output());
            assertTrue(ours.get(0).startsWith("Ephemera: " + key), run.output());
            assertTrue(ours.get(0).contains(line), run.output());
            assertTrue(noRuns(run), run.output());
            assertEquals(List.of(), run.temporaryFiles());
        }
    }

    private static boolean noRuns(GatlingProcess run) throws IOException {
        return run.runs().isEmpty();
    }
}
