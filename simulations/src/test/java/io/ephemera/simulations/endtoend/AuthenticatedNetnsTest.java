package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.simulations.conformance.Capabilities;
import io.ephemera.simulations.conformance.WallClock;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WallClock
@DisplayName("On the kernel's own stack, in a private network namespace, AuthenticatedCalls")
class AuthenticatedNetnsTest {

    @TempDir
    Path folder;

    @BeforeEach
    void capable() {
        Capabilities.requireNetworkNamespaces();
    }

    private GatlingProcess start(String pattern, String ports, String rates, String speedup) throws Exception {
        Map<String, String> settings = Map.of(
                "ephemera.stack", "netns",
                "ephemera.pattern", pattern,
                "ephemera.ports", ports,
                "ephemera.timeWait", "60s",
                "ephemera.rates", rates,
                "ephemera.speedup", speedup);
        return GatlingProcess.start(folder, "AuthenticatedCalls", List.of(), settings);
    }

    @ParameterizedTest(name = "finds the threshold of {0}, whose calls use up {4} ports in {5} challenged legs")
    @CsvSource({
        // So near its threshold a small pool is too coarse: a free port waits half the gap between two calls for the
        // next.
        "basic-challenged-close-leg, 20000-22999, 30, 12, 2, 1, 25",
        "digest-close-call,          20000-20499, 10, 8, 1, 1, 8.3333",
        "ntlm-close-call,            20000-20499, 10, 8, 1, 2, 8.3333"
    })
    void closed(
            String pattern,
            String ports,
            String rates,
            String speedup,
            int portsPerCall,
            long challenges,
            double threshold)
            throws Exception {
        try (GatlingProcess run = start(pattern, ports, rates, speedup)) {
            int exitCode = run.exitCodeIfConclusive();
            JsonNode result = run.result();
            NetnsTest.assertNear(result, exitCode, run);
            assertEquals("netns", result.at("/stack").asText());
            assertEquals("exhausted", result.at("/verdict").asText(), run.output());
            assertEquals(
                    threshold, result.at("/predicted/thresholdCallsPerSecond").asDouble());
            assertTrue(result.at("/counts/pool").isNull(), "there is no pool");
            assertEquals(
                    portsPerCall, result.at("/measured/portsPerCallByServer").asDouble());
            Agreement.ofTarget(result);
            long ok = result.at("/calls/ok").asLong();
            long wasted = result.at("/calls/challengedLegs").asLong() - ok * challenges;
            assertTrue(portsPerCall > 1 ? wasted >= 0 : wasted == 0, "legs of calls that did not succeed: " + wasted);
            assertEquals(
                    ok * portsPerCall + wasted,
                    result.at("/counts/server/accepted").asLong());
            assertEquals(
                    ok * portsPerCall + wasted,
                    result.at("/counts/server/closedByClientFirst").asLong());
        }
    }

    @ParameterizedTest(name = "is sustained at every rate with {0}")
    @CsvSource({"digest-shared"})
    void shared(String pattern) throws Exception {
        try (GatlingProcess run = start(pattern, "20000-20999", "20", "30")) {
            int exitCode = run.exitCodeIfConclusive();
            JsonNode result = run.result();
            assertEquals(0, exitCode, run.output());
            assertEquals("sustained", result.at("/verdict").asText(), run.output());
            assertTrue(result.at("/predicted/thresholdCallsPerSecond").isNull());
            Agreement.ofTarget(result);
            assertEquals(
                    result.at("/calls/ok").asLong(),
                    result.at("/calls/challengedLegs").asLong());
            assertTrue(
                    2 * result.at("/counts/server/accepted").asLong()
                            < result.at("/calls/ok").asLong(),
                    run.output());
        }
    }
}
