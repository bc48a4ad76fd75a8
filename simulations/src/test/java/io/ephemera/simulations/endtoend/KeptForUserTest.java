package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("long")
@DisplayName("A user who keeps its connection")
class KeptForUserTest {

    @TempDir
    Path folder;

    @ParameterizedTest(name = "for {1} calls of {0} uses up one port, and is challenged {2} times in all")
    @CsvSource({
        "keep-alive-per-user,       5, 0, 100, 12, 83.333",
        "basic-preemptive-per-user, 2, 0, 40,  15, 33.333",
        "basic-challenged-per-user, 2, 1, 40,  15, 33.333",
        "digest-per-user,           3, 1, 60,  12, 50",
        "ntlm-per-user,             2, 2, 40,  15, 33.333"
    })
    void kept(String pattern, int callsPerUser, int challenges, String rates, String speedup, double threshold)
            throws Exception {
        Map<String, String> settings = Map.of(
                "ephemera.pattern",
                pattern,
                "ephemera.callsPerUser",
                Integer.toString(callsPerUser),
                "ephemera.ports",
                "24000-24999",
                "ephemera.timeWait",
                "60s",
                "ephemera.rates",
                rates,
                "ephemera.speedup",
                speedup);
        try (GatlingProcess run = GatlingProcess.conclusive(
                folder, own -> GatlingProcess.start(own, "AuthenticatedCalls", List.of(), settings))) {
            int exitCode = run.exitCode();
            JsonNode result = run.result();
            assertEquals(0, exitCode, run.output());
            assertEquals("exhausted", result.at("/verdict").asText(), run.output());
            assertEquals(
                    threshold, result.at("/predicted/thresholdCallsPerSecond").asDouble());
            assertTrue(result.at("/measured/errorPercent").asDouble(100) <= 0.5, run.output());
            assertEquals(1.0 / callsPerUser, result.at("/portsPerCall").asDouble());
            assertEquals(
                    1.0 / callsPerUser,
                    result.at("/measured/portsPerCallByPool").asDouble(),
                    1e-6);
            assertEquals(
                    1.0 / callsPerUser,
                    result.at("/measured/portsPerCallByServer").asDouble(),
                    1e-6);
            assertCounts(result, callsPerUser, challenges);
        }
    }

    private static void assertCounts(JsonNode result, int callsPerUser, int challenges) {
        Agreement.ofPool(result);
        long connections = result.at("/counts/pool/connected").asLong();
        assertEquals(connections, result.at("/counts/pool/activeClose").asLong(), "the client closed each first");
        assertEquals(connections * callsPerUser, result.at("/calls/ok").asLong(), "calls");
        assertEquals(
                connections * challenges, result.at("/calls/challengedLegs").asLong(), "challenged legs");
        long refusals = result.at("/counts/pool/exhausted").asLong();
        assertEquals(refusals * callsPerUser, result.at("/calls/exhausted").asLong(), "calls lost with a connection");
        assertAllAccountedFor(result);
    }

    private static void assertAllAccountedFor(JsonNode result) {
        long planned = result.at("/calls/planned").asLong();
        assertEquals(planned, result.at("/calls/offered").asLong());
        assertEquals(
                planned,
                result.at("/calls/ok").asLong()
                        + result.at("/calls/exhausted").asLong()
                        + result.at("/calls/otherFailures").asLong(),
                "no call is missing, made or not");
    }

    @Test
    @DisplayName("goes on when a call is answered 500, each call failing by itself, and leaves where nobody listens")
    void errors() throws Exception {
        TargetServer healthy = TargetServer.start(TargetOptions.defaults());
        try (GatlingProcess run = start(healthy)) {
            run.awaitLine("step 1/2");
            int port = healthy.port();
            healthy.close();
            try (TargetServer failing =
                    TargetServer.start(TargetOptions.defaults().withPort(port).withStatus(500))) {
                assertEquals(3, run.exitCode(), run.output());
                JsonNode result = run.result();
                assertAllAccountedFor(result);
                long failed = result.at("/steps/0/otherFailuresByKind/http-500").asLong()
                        + result.at("/steps/1/otherFailuresByKind/http-500").asLong();
                assertEquals(failing.counters().responses(), failed, run.output());
                // The second step is saturated: whoever has a connection keeps it, whatever the answers are.
                assertEquals(
                        0, result.at("/steps/0/exhausted").asLong(), "whoever was refused was not for want of a port");
            }
        } finally {
            healthy.close();
        }
    }

    private GatlingProcess start(TargetServer target) throws Exception {
        return GatlingProcess.start(
                folder,
                Map.of(
                        "ephemera.pattern", "keep-alive-per-user",
                        "ephemera.ports", "24000-24999",
                        "ephemera.timeWait", "60s",
                        "ephemera.rates", "60",
                        "ephemera.speedup", "30",
                        "ephemera.target", target.uri().toString()));
    }
}
