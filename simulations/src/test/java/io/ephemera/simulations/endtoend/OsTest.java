package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.simulations.conformance.Capabilities;
import io.ephemera.simulations.conformance.WallClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WallClock
@DisplayName("On the machine's own stack, untouched, a run")
class OsTest {

    @TempDir
    Path folder;

    @Test
    @DisplayName("says in plain words that loopback hides the failure, why, and what it would be across the network")
    void masked() throws Exception {
        Map<String, String> before = Host.sysctls();
        Assumptions.assumeTrue("2".equals(before.get("tcp_tw_reuse")), "skipped: this machine's tcp_tw_reuse is not 2");
        try (GatlingProcess run = GatlingProcess.start(
                folder, Map.of("ephemera.stack", "os", "ephemera.rates", "50,60", "ephemera.duration", "5s"))) {
            assertEquals(0, run.exitCodeIfConclusive(), run.output());
            String said = run.output().replaceAll("\\s+", " ");
            assertTrue(said.contains("Loopback hides the failure"), run.output());
            assertTrue(said.contains("/proc/sys/net/ipv4/tcp_tw_reuse"), run.output());
            assertTrue(said.contains("across the network fails above"), run.output());
            JsonNode result = run.result();
            assertEquals("os", result.at("/stack").asText());
            assertEquals("sustained", result.at("/verdict").asText());
            assertEquals("this-machine", result.at("/profile/name").asText());
            assertEquals(1.0, result.at("/speedup").asDouble());
        }
        assertEquals(before, Host.sysctls());
    }

    @ParameterizedTest(
            name =
                    "holds a profile of a file against what is in force, and measures what the machine has: TIME_WAIT {0} is {1}")
    @CsvSource({"1s, false", "4s, true"})
    void believed(String timeWait, boolean inForce) throws Exception {
        Path profile = Files.writeString(folder.resolve("tuned.properties"), """
                name = tuned
                platform = a machine that somebody has tuned
                ports = 20000-20999
                ports.source = its owner
                timeWait = %s
                timeWait.source = its owner
                scope = destination
                scope.source = its owner
                connectMessage = Cannot assign requested address
                connectMessage.source = its owner
                bindMessage = Address already in use
                bindMessage.source = its owner
                """.formatted(timeWait));
        try (GatlingProcess run = GatlingProcess.start(
                folder,
                tunedMachine(),
                Map.of(
                        "ephemera.stack", "os",
                        "ephemera.rates", "200,300",
                        "ephemera.duration", "5s",
                        "ephemera.profile", profile.toString()))) {
            int exited = run.exitCodeIfConclusive();
            JsonNode result = run.result();
            JsonNode diagnosis = result.at("/diagnosis");
            if (inForce) {
                NetnsTest.assertNear(result, exited, run);
                assertEquals(
                        250.0, result.at("/predicted/thresholdCallsPerSecond").asDouble(), run.output());
                assertEquals("exhausted", result.at("/verdict").asText(), run.output());
            } else {
                assertEquals(1, exited, run.output());
            }
            assertEquals("tuned", diagnosis.at("/believed").asText(), run.output());
            assertEquals(inForce, "inForce".equals(diagnosis.at("/finding").asText()), run.output());
            assertEquals(
                    inForce ? 0 : 1, diagnosis.at("/differences").size(), "TIME_WAIT, where it differs: " + diagnosis);
        }
    }

    @ParameterizedTest(name = "refuses {0}={1} with one line: it is as it is")
    @CsvSource({"ephemera.ports, 1024-5000", "ephemera.timeWait, 60s", "ephemera.scope, global", "ephemera.speedup, 2"})
    void foreign(String key, String value) throws Exception {
        try (GatlingProcess run = GatlingProcess.start(folder, Map.of("ephemera.stack", "os", key, value))) {
            assertEquals(2, run.exitCode(), run.output());
            assertEquals(1, run.output().strip().lines().count(), run.output());
            assertTrue(run.output().contains("this machine as it is, in real time"), run.output());
            assertEquals(List.of(), run.runs());
        }
    }

    private static List<String> tunedMachine() {
        return Capabilities.inNetworkNamespace(
                "cd /proc/sys/net/ipv4 && echo 20000 20999 >ip_local_port_range && echo 1 >tcp_tw_reuse"
                        + " && echo 4000 >tcp_tw_reuse_delay && cd - >/dev/null");
    }
}
