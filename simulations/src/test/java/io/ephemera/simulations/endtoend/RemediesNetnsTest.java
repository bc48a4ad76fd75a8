package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.simulations.conformance.Capabilities;
import io.ephemera.simulations.conformance.WallClock;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WallClock
@DisplayName("On the kernel's own stack, in a private network namespace, KeepAliveOff with a remedy")
class RemediesNetnsTest {

    @TempDir
    Path folder;

    @BeforeEach
    void capable() {
        Capabilities.requireNetworkNamespaces();
    }

    private GatlingProcess start(String... more) throws Exception {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "ephemera.stack", "netns",
                "ephemera.ports", "20000-20999",
                "ephemera.rates", "20",
                "ephemera.speedup", "15"));
        for (int i = 0; i < more.length; i += 2) {
            settings.put("ephemera." + more[i], more[i + 1]);
        }
        return GatlingProcess.start(folder, settings);
    }

    @ParameterizedTest(name = "{0}: sustained at every rate")
    @CsvSource({"http2, 0", "abortive-close, 0", "server-closes-first, 1"})
    void sustained(String remedy, long closedByServer) throws Exception {
        try (GatlingProcess run = start("remedy", remedy, "timeWait", "60s")) {
            assertEquals(0, run.exitCodeIfConclusive(), run.output());
            JsonNode result = run.result();
            assertEquals("sustained", result.at("/verdict").asText(), run.output());
            assertTrue(result.at("/predicted/thresholdCallsPerSecond").isNull());
            assertEquals(0, result.at("/measured/portsPerCallByServer").asDouble(1));
            assertEquals(
                    result.at("/calls/ok").asLong() * closedByServer,
                    result.at("/counts/server/closedByServerFirst").asLong());
            if (closedByServer == 0) {
                Agreement.ofTarget(result);
            }
        }
    }

    @Test
    @DisplayName("has as many times the threshold as there are destinations")
    void destinations() throws Exception {
        try (GatlingProcess run =
                start("remedy", "several-destinations", "addresses", "2", "timeWait", "60s", "scope", "destination")) {
            assertThreshold(run, 33.333);
        }
    }

    @Test
    @DisplayName("takes a port in TIME_WAIT again after a second, by tcp_tw_reuse itself")
    void reuse() throws Exception {
        try (GatlingProcess run = start(
                "remedy",
                "tcp_tw_reuse",
                "profile",
                "linux",
                "ports",
                "20000-20199",
                "speedup",
                "1",
                "rates",
                "150,230",
                "duration",
                "3s")) {
            assertThreshold(run, 200);
            assertTrue(run.output().contains("tcp_tw_reuse=1, tcp_tw_reuse_delay=1000 ms"), run.output());
        }
    }

    @Test
    @DisplayName(
            "leaves no more ports in TIME_WAIT than tcp_max_tw_buckets itself says, and finds a port for every call")
    void buckets() throws Exception {
        try (GatlingProcess run =
                start("remedy", "tcp_max_tw_buckets=300", "profile", "linux", "scope", "destination")) {
            assertEquals(0, run.exitCodeIfConclusive(), run.output());
            JsonNode result = run.result();
            assertEquals("sustained", result.at("/verdict").asText(), run.output());
            assertTrue(result.at("/predicted/thresholdCallsPerSecond").isNull());
            int peak = result.at("/measured/peakTimeWait").asInt();
            // The warm-up's, towards another address, are among them, so it may be none of ours.
            assertTrue(peak <= 300, () -> "peak TIME_WAIT " + peak);
            assertTrue(result.at("/calls/ok").asLong() > 1_000, "more calls than ports: " + run.output());
            assertEquals(1, result.at("/measured/portsPerCallByServer").asDouble());
            Agreement.ofTarget(result);
        }
    }

    private static void assertThreshold(GatlingProcess run, double threshold) throws Exception {
        int exitCode = run.exitCodeIfConclusive();
        JsonNode result = run.result();
        NetnsTest.assertNear(result, exitCode, run);
        assertEquals(threshold, result.at("/predicted/thresholdCallsPerSecond").asDouble());
        assertEquals(1, result.at("/measured/portsPerCallByServer").asDouble());
        Agreement.ofTarget(result);
    }
}
