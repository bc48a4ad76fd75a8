package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A thousand ports and a minute, 16.67 calls/s of calls whose legs are on one connection. */
@Tag("slow")
@DisplayName("AuthenticatedCalls with a remedy, run by Gatling in a JVM of its own,")
class AuthenticatedRemediesTest {

    @TempDir
    Path folder;

    private GatlingProcess conclusive(String pattern, String remedy, String rates, String more) throws Exception {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "ephemera.ports", "23000-23999",
                "ephemera.pattern", pattern,
                "ephemera.remedy", remedy,
                "ephemera.rates", rates,
                "ephemera.live", "off"));
        for (String setting : more.split(" ", -1)) {
            int equals = setting.indexOf('=');
            settings.put("ephemera." + setting.substring(0, equals), setting.substring(equals + 1));
        }
        return GatlingProcess.conclusive(
                folder, own -> GatlingProcess.start(own, "AuthenticatedCalls", List.of(), settings));
    }

    @ParameterizedTest(name = "{0} with {1} has a threshold of {4} calls/s, measured to 0.5 %")
    @CsvSource({
        "ntlm-close-call, TcpTimedWaitDelay=30, '28,40', speedup=10, 33.333",
        "digest-close-call, keep-alive, '40,60', speedup=10 timeWait=60s callsPerUser=3, 50",
        "ntlm-close-call, several-sources, '28,40', speedup=10 timeWait=60s addresses=2 scope=destination, 33.333"
    })
    @Tag("long")
    void threshold(String pattern, String remedy, String rates, String more, double threshold) throws Exception {
        try (GatlingProcess run = conclusive(pattern, remedy, rates, more)) {
            int exitCode = run.exitCode();
            JsonNode result = run.result();
            assertEquals(0, exitCode, run.output());
            assertEquals(remedy, result.at("/appliedRemedies/0").asText());
            assertEquals(
                    threshold, result.at("/predicted/thresholdCallsPerSecond").asDouble(), run.output());
            assertTrue(result.at("/measured/errorPercent").asDouble(100) <= 0.5, run.output());
            assertTrue(result.at("/calls/challengedLegs").asLong() > 0, "nobody has logged in");
            Agreement.ofPool(result);
        }
    }

    @ParameterizedTest(name = "{0} with {1} is sustained at every rate")
    @CsvSource({"digest-close-call, shared-connections, false", "ntlm-close-call, unsafe-authenticated-sharing, true"})
    void sustained(String pattern, String remedy, boolean loggedInOnce) throws Exception {
        try (GatlingProcess run = conclusive(pattern, remedy, "14,20", "speedup=10 timeWait=60s")) {
            int exitCode = run.exitCode();
            JsonNode result = run.result();
            assertEquals(0, exitCode, run.output());
            assertEquals("sustained", result.at("/verdict").asText(), run.output());
            assertTrue(result.at("/predicted/thresholdCallsPerSecond").isNull());
            assertEquals(
                    20.0, result.at("/measured/highestSustainedCallsPerSecond").asDouble());
            // A connection that NTLM has logged in, in the warm-up even, stays so.
            long ok = result.at("/calls/ok").asLong();
            long challenged = result.at("/calls/challengedLegs").asLong();
            assertTrue(
                    loggedInOnce ? challenged < ok / 10 : challenged == ok,
                    challenged + " challenges, " + ok + " calls");
        }
    }
}
