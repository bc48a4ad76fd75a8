package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.simulations.conformance.Capabilities;
import io.ephemera.simulations.conformance.WallClock;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(WallClock.LOCK_OF_QUIET_RUNS)
@Tag("whole-run")
@DisplayName("On the kernel's own stack, in a private network namespace,")
class KernelRunsTest {

    @TempDir
    Path folder;

    @BeforeEach
    void capable() {
        Capabilities.requireNetworkNamespaces();
    }

    private WholeRun run(String simulation, String settings) throws Exception {
        try (GatlingProcess process = GatlingProcess.start(
                folder, simulation, "stack=netns ports=20000-20999 timeWait=60s rates=20 speedup=15 " + settings)) {
            return process.ended().ifConclusive();
        }
    }

    /** Exchanges between Gatling and the target, and who closed, where that is the client. */
    private static void assertAgreesWithTarget(JsonNode result) {
        JsonNode server = result.at("/counts/server");
        assertEquals(result.at("/calls/ok").asLong(), server.at("/responses").asLong(), "calls");
        assertEquals(
                result.at("/calls/challengedExchanges").asLong(),
                server.at("/challenges").asLong(),
                "challenged exchanges");
        assertEquals(0, server.at("/closedByServerFirst").asLong(), "closed by the server");
        assertEquals(0, result.at("/calls/otherFailures").asLong(), "other failures");
    }

    // So near its threshold a small pool is too coarse for two ports a call: a free port waits half the gap between two
    // calls for the next.
    @ParameterizedTest(
            name = "{0} with {1}: the threshold is {2} calls/s, a call uses up {3} ports in {4} challenged exchanges")
    @CsvSource(delimiter = '|', textBlock = """
            AuthenticatedCalls | pattern=basic-challenged-close-exchange ports=20000-21999 rates=20         | 16.667 | 2 | 1
            AuthenticatedCalls | pattern=digest-close-call ports=20000-20499 rates=10                  | 8.3333 | 1 | 1
            AuthenticatedCalls | pattern=ntlm-close-call ports=20000-20499 rates=10                    | 8.3333 | 1 | 2
            KeepAliveOff       | remedy=several-destinations addresses=2 scope=destination             | 33.333 | 1 | 0
            KeepAliveOff       | remedy=tcp_tw_reuse profile=linux timeWait= ports=20000-20199 speedup=1 rates=150,230 duration=3s | 200 | 1 | 0
            """)
    void threshold(String simulation, String settings, double threshold, int portsPerCall, long challenges)
            throws Exception {
        WholeRun run = run(simulation, settings);
        Agreement.near(threshold, run);
        JsonNode result = run.result();
        assertEquals("netns", result.at("/stack").asText());
        assertTrue(result.at("/counts/pool").isNull(), "there is no pool");
        assertEquals(portsPerCall, result.at("/measured/portsPerCallByServer").asDouble());
        assertAgreesWithTarget(result);
        long ok = result.at("/calls/ok").asLong();
        long wasted = result.at("/calls/challengedExchanges").asLong() - ok * challenges;
        assertTrue(portsPerCall > 1 ? wasted >= 0 : wasted == 0, "exchanges of calls that did not succeed: " + wasted);
        for (String counted : new String[] {"accepted", "closedByClientFirst"}) {
            assertEquals(
                    ok * portsPerCall + wasted,
                    result.at("/counts/server/" + counted).asLong(),
                    counted);
        }
        if (settings.contains("tcp_tw_reuse")) {
            assertTrue(run.said().contains("tcp_tw_reuse=1, tcp_tw_reuse_delay=1000 ms"), run.output());
        }
    }

    @ParameterizedTest(name = "{0} with {1} is sustained at every rate")
    @CsvSource({
        "AuthenticatedCalls, pattern=digest-shared",
        "KeepAliveOff, remedy=http2",
        "KeepAliveOff, remedy=abortive-close",
        "KeepAliveOff, remedy=server-closes-first"
    })
    void sustained(String simulation, String settings) throws Exception {
        JsonNode result = assertSustained(run(simulation, settings));
        long ok = result.at("/calls/ok").asLong();
        assertEquals(0, result.at("/measured/portsPerCallByServer").asDouble(1));
        if (settings.contains("server-closes-first")) {
            assertEquals(ok, result.at("/counts/server/closedByServerFirst").asLong());
        } else {
            assertAgreesWithTarget(result);
        }
        if (settings.contains("digest")) {
            assertEquals(ok, result.at("/calls/challengedExchanges").asLong());
            assertTrue(2 * result.at("/counts/server/accepted").asLong() < ok, "connections are shared");
        }
    }

    @Test
    @DisplayName(
            "a gateway is used up by live connections alone: 40 that were closed do not use up 32 ports, 32 live ones do")
    void gateway() throws Exception {
        Capabilities.requireTool("nft", "nftables");
        WholeRun run;
        try (GatlingProcess process = GatlingProcess.start(
                folder,
                "KeepAliveOff",
                "stack=netns gateway=linux-masquerade gatewayPorts=32 gatewayClients=4 profile=linux serviceTime=6s"
                        + " rates=1.4,8 duration=30s speedup=6")) {
            run = process.ended().ifConclusive();
        }
        JsonNode result = run.result(0);
        assertEquals(5.333, result.at("/predicted/thresholdCallsPerSecond").asDouble(), 0.001);
        assertEquals("sustained", result.at("/steps/0/state").asText(), run.output());
        assertTrue(result.at("/steps/0/ok").asLong() > 32, run.output());
        assertEquals("exhausted", result.at("/steps/1/state").asText(), run.output());
        long exhausted = result.at("/calls/exhausted").asLong();
        long dropped = result.at("/counts/gateway/dropped").asLong();
        assertTrue(exhausted > 0 && dropped >= exhausted, dropped + " SYNs for " + exhausted + " connects");
        assertEquals(result.at("/counts/server/accepted"), result.at("/counts/gateway/opened"));
        assertTrue(run.said().contains("exhausted (gateway): live connections use up its ports"), run.output());
        String message = result.at("/measured/firstExhaustionMessage").asText();
        assertTrue(message.contains("ConnectTimeoutException: connection timed out after 500 ms"), message);
    }

    @Test
    @DisplayName("there are no more ports in TIME_WAIT than tcp_max_tw_buckets says, and one is free for every call")
    void buckets() throws Exception {
        JsonNode result = assertSustained(
                run("KeepAliveOff", "remedy=tcp_max_tw_buckets=300 profile=linux timeWait= scope=destination"));
        int peak = result.at("/measured/peakTimeWait").asInt();
        // The warm-up's, towards another address, are among them, so it may be none of ours.
        assertTrue(peak <= 300, () -> "peak TIME_WAIT " + peak);
        assertTrue(result.at("/calls/ok").asLong() > 1_000, "more calls than ports");
        assertEquals(1, result.at("/measured/portsPerCallByServer").asDouble());
        assertAgreesWithTarget(result);
    }

    private static JsonNode assertSustained(WholeRun run) throws Exception {
        JsonNode result = run.result(0);
        assertEquals("sustained", result.at("/verdict").asText(), run.output());
        assertTrue(result.at("/predicted/thresholdCallsPerSecond").isNull());
        return result;
    }
}
