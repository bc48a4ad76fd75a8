package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("whole-run")
@DisplayName("KeepAliveOff, run by Gatling in a JVM of its own,")
class KeepAliveOffTest {

    /** A hundred ports and ten seconds: a threshold of 10 calls/s. */
    private static final Map<String, String> QUICK =
            Map.of("ephemera.ports", "20000-20099", "ephemera.timeWait", "10s", "ephemera.rates", "8,12");

    @TempDir
    Path folder;

    private static Map<String, String> quick(String... more) {
        Map<String, String> settings = new TreeMap<>(QUICK);
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    @Test
    @DisplayName("finds the threshold that was predicted, exits 0, and agrees with stub and planner to the call")
    void threshold() throws Exception {
        try (GatlingProcess run = GatlingProcess.start(folder, quick("ephemera.pace", "200"))) {
            int exitCode = run.exitCode();
            JsonNode result = run.result();
            assertEquals(0, exitCode, run.output());
            assertEquals("exhausted", result.at("/verdict").asText(), run.output());
            assertEquals(10, result.at("/predicted/thresholdCallsPerSecond").asDouble());
            assertEquals(10, result.at("/measured/thresholdCallsPerSecond").asDouble());
            assertEquals(0, result.at("/measured/errorPercent").asDouble(100));
            assertEquals("timeWait", result.at("/measured/heldBy").asText());
            assertEquals(
                    8.0, result.at("/measured/highestSustainedCallsPerSecond").asDouble());
            assertEquals(
                    12.0, result.at("/measured/firstExhaustedCallsPerSecond").asDouble());
            assertEquals(
                    result.at("/predicted/secondsToFirstExhaustion"), result.at("/measured/secondsToFirstExhaustion"));
            assertEquals(100, result.at("/measured/peakTimeWait").asInt());
            Agreement.toTheCall(run.runs().get(0), result);
            assertTrue(
                    result.at("/wallSeconds").asDouble()
                            >= result.at("/recordedSeconds").asDouble() / 200,
                    "no faster than the pace");
            String said = "first BindException after 4.83 s (predicted 4.83 s): Address already in use: connect";
            assertTrue(run.output().replaceAll("\\s+", " ").contains(said), "wrapped or not: " + run.output());
            assertFalse(run.output().contains("\tat "), run.output());
        }
    }

    @Test
    @DisplayName("finds it over the whole default staircase of sixty ports with 90 s, with one call under way")
    void defaultStaircase() throws Exception {
        try (GatlingProcess run = GatlingProcess.start(
                folder,
                Map.of(
                        "ephemera.ports", "20000-20059",
                        "ephemera.timeWait", "90s",
                        "ephemera.concurrency", "1"))) {
            assertEquals(0, run.exitCode(), run.output());
            JsonNode result = run.result();
            assertEquals(9, result.at("/steps").size());
            assertEquals(0.667, result.at("/measured/thresholdCallsPerSecond").asDouble(), 0.0005);
            Agreement.toTheCall(run.runs().get(0), result);
        }
    }

    @ParameterizedTest(name = "with {0} calls/s required exits {1}, and leaves nothing behind but its folder")
    @CsvSource({"9, 0", "11, 1"})
    void required(String rate, int exitCode) throws Exception {
        try (GatlingProcess run = GatlingProcess.start(folder, quick("ephemera.require", rate))) {
            assertEquals(exitCode, run.exitCode(), run.output());
            assertEquals(exitCode == 0, run.result().at("/required/holds").asBoolean());
            assertEquals(List.of(), run.temporaryFiles());
        }
    }

    @ParameterizedTest(name = "refuses {0}={1} with one line and exit code 2, and writes no run")
    @CsvSource({
        "ephemera.speedup, 60, time is virtual on stack model",
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
