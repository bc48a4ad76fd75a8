package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.simulations.conformance.Capabilities;
import io.ephemera.simulations.conformance.WallClock;
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

    private static final String TUNED_MACHINE =
            "cd /proc/sys/net/ipv4 && echo 20000 20999 >ip_local_port_range && echo 1 >tcp_tw_reuse"
                    + " && echo 4000 >tcp_tw_reuse_delay && cd - >/dev/null";

    @TempDir
    Path folder;

    private WholeRun run(String settings, String... prefix) throws Exception {
        try (GatlingProcess process = GatlingProcess.start(folder, "KeepAliveOff", "stack=os " + settings, prefix)) {
            return process.ended().ifConclusive();
        }
    }

    @Test
    @DisplayName("says in plain words that loopback hides the failure, why, and what it would be across the network")
    void masked() throws Exception {
        Map<String, String> before = Host.sysctls();
        Assumptions.assumeTrue("2".equals(before.get("tcp_tw_reuse")), "skipped: this machine's tcp_tw_reuse is not 2");
        WholeRun run = run("rates=50,60 duration=5s");
        String said = run.said();
        for (String words : List.of(
                "Loopback hides the failure", "/proc/sys/net/ipv4/tcp_tw_reuse", "across the network fails above")) {
            assertTrue(said.contains(words), run.output());
        }
        JsonNode result = run.result(0);
        assertEquals("os", result.at("/stack").asText());
        assertEquals("sustained", result.at("/verdict").asText());
        assertEquals("this-machine", result.at("/profile/name").asText());
        assertEquals(1.0, result.at("/speedup").asDouble());
        assertEquals(before, Host.sysctls());
    }

    @ParameterizedTest(name = "measures what the machine has and holds a profile against it: TIME_WAIT {0} is {1}")
    @CsvSource({"1s, false", "4s, true"})
    void believed(String timeWait, boolean inForce) throws Exception {
        Path profile = Profiles.write(folder, """
                name = tuned
                platform = a machine that somebody has tuned
                ports = 20000-20999
                timeWait = %s
                scope = destination
                connectMessage = Cannot assign requested address
                bindMessage = Address already in use
                """.formatted(timeWait));
        WholeRun run = run(
                "rates=200,300 duration=5s profile=" + profile,
                Capabilities.inNetworkNamespace(TUNED_MACHINE).toArray(String[]::new));
        if (inForce) {
            Agreement.near(250, run);
        } else {
            assertEquals(1, run.exitCode(), run.output());
        }
        JsonNode diagnosis = run.result().at("/diagnosis");
        assertEquals("tuned", diagnosis.at("/believed").asText(), run.output());
        assertEquals(inForce, "inForce".equals(diagnosis.at("/finding").asText()), run.output());
        assertEquals(inForce ? 0 : 1, diagnosis.at("/differences").size(), "TIME_WAIT, where it differs: " + diagnosis);
    }
}
