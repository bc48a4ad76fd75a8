package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs behind a gateway, over real connections. */
@Tag("whole-run")
@DisplayName("Clients behind a gateway")
class GatewayTest {

    private static final String SHARED = "gateway=aws-nat-gateway gatewayPorts=80 gatewayHold=20s ";

    @Test
    @DisplayName("8 of them, one address: the first dropped SYN is that of call 401, at the instant that was planned")
    void firstDropped() throws Exception {
        // 80 ports / 20 s: 4 calls/s. At 16 calls/s the 81st call is due after 5 s, and until 20 s none finds a port.
        JsonNode result =
                OneJvm.run("KeepAliveOff", SHARED + "rates=16 duration=20s").result(0);
        assertEquals("exhausted", result.at("/verdict").asText());
        assertEquals(8, result.at("/gateway/clients").asInt());
        assertEquals(4, result.at("/predicted/thresholdCallsPerSecond").asDouble());
        JsonNode step = result.at("/steps/0");
        assertEquals(5, step.at("/secondsToFirstExhaustion").asDouble());
        assertEquals(5, step.at("/predictedSecondsToFirstExhaustion").asDouble());
        assertEquals(80, step.at("/ok").asInt());
        assertEquals(240, step.at("/exhausted").asInt());
        assertEquals(0, result.at("/callByCall/different").asInt());
        assertEquals(
                result.at("/calls/exhausted").asLong(),
                result.at("/counts/gateway/dropped").asLong());
        assertEquals(0, result.at("/counts/pool/exhausted").asLong());
        String message = result.at("/measured/firstExhaustionMessage").asText();
        assertTrue(
                message.matches(".*ConnectTimeoutException: connection timed out after 1000 ms: /127\\.0\\.0\\.1:\\d+"),
                message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "gateway=azure-lb-snat gatewayPorts=20 gatewayHold=20s, 8",
        "gateway=gcp-cloud-nat gatewayPorts=16 gatewayHold=30s connectTimeout=200ms gatewayClients=5, 2.667",
        "gateway=azure-nat-gateway gatewayPorts=80 gatewayHold=20s remedy=several-destinations addresses=4, 16",
        "gateway=aws-nat-gateway gatewayPorts=80 gatewayHold=20s gatewayMapping=endpoint-independent, 4",
        "gateway=cilium gatewayPorts=400 gatewayHold=20s gatewayAllocation=random:11 ports=20000-20099 timeWait=20s, 20",
        "gateway=aws-nat-gateway gatewayPorts=80 gatewayHold=20s gatewayClients=1, 4",
        "gateway=aws-nat-gateway gatewayPorts=80 gatewayHold=20s pattern=basic-challenged-close-exchange, 2",
        "gateway=aws-nat-gateway gatewayPorts=80 gatewayHold=20s remedy=keep-alive callsPerUser=4, 16",
        "gateway=aws-nat-gateway gatewayPorts=80 gatewayHold=14s serviceTime=6s, 4",
        "gateway=linux-masquerade gatewayPorts=32 gatewayClients=4 serviceTime=6s profile=linux, 5.333",
    })
    @DisplayName("find what was planned, to the call, however it gives its ports out:")
    void toTheCall(String settings, double threshold) throws Exception {
        WholeRun run = OneJvm.run("KeepAliveOff", settings);
        JsonNode result = run.result(0);
        assertEquals(threshold, result.at("/predicted/thresholdCallsPerSecond").asDouble(), 0.001, run.output());
        assertEquals(0, result.at("/callByCall/different").asInt());
        assertTrue(result.at("/counts/gateway/dropped").asLong() > 0, run.output());
        assertTrue(run.said().contains("exhausted (gateway)"), run.output());
        Agreement.toTheCall(run.run(), result);
    }

    @Test
    @DisplayName("as in lesson 9: each far below its limit, together they time out; kept connections are the way out")
    void lesson() throws Exception {
        JsonNode result = OneJvm.run("NatGateway", "remedy=").result(0);
        assertEquals("120", result.at("/settings/ephemera.gatewayPorts").asText());
        assertEquals("sustained", result.at("/steps/0/state").asText());
        assertEquals(100, result.at("/steps/0/peakTimeWait").asInt());
        assertEquals(6.75, result.at("/steps/1/secondsToFirstExhaustion").asDouble());
        assertEquals(0, result.at("/counts/pool/exhausted").asLong());
        JsonNode kept =
                OneJvm.run("NatGateway", "remedy=keep-alive rates=8 require=8").result(0);
        assertEquals("sustained", kept.at("/verdict").asText());
    }

    @Test
    @DisplayName("are the limit themselves where closed connections do not use the gateway up, as with Linux")
    void hostsBind() throws Exception {
        WholeRun run = OneJvm.run(
                "KeepAliveOff",
                "gateway=linux-masquerade gatewayPorts=64 gatewayClients=2 ports=20000-20099 timeWait=20s duration=20s");
        JsonNode result = run.result(0);
        assertEquals(10, result.at("/predicted/thresholdCallsPerSecond").asDouble());
        assertEquals(0, result.at("/counts/gateway/dropped").asLong());
        assertTrue(result.at("/counts/pool/exhausted").asLong() > 0);
        assertTrue(run.said().contains("calls are refused with no free port"), run.output());
    }

    @Test
    @DisplayName("whose target is dead time out as well, and that is not called exhaustion")
    void deadTarget() throws Exception {
        List<SocketChannel> queued = new ArrayList<>();
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread once = new Thread(() -> answerOnce(target, queued));
            once.start();
            WholeRun run = OneJvm.run(
                    "KeepAliveOff",
                    SHARED + "rates=2 duration=20s connectTimeout=50ms target=http://127.0.0.1:" + target.getLocalPort()
                            + "/");
            once.join();
            JsonNode result = run.result(3);
            assertEquals(0, result.at("/calls/exhausted").asLong(), run.output());
            assertTrue(result.at("/steps/0/otherFailuresByKind/timeout").asLong() > 0, run.output());
            assertEquals(0, result.at("/counts/gateway/dropped").asLong());
            assertTrue(run.said().contains("the gateway had a port for each of them"), run.output());
        } finally {
            for (SocketChannel channel : queued) {
                channel.close();
            }
        }
    }

    /** Answers the run's own check; from then on its queue is full, and no SYN is answered. */
    private static void answerOnce(ServerSocket target, List<SocketChannel> queued) {
        try (Socket check = target.accept()) {
            boolean full = false;
            while (!full) {
                SocketChannel filler = SocketChannel.open();
                queued.add(filler);
                filler.configureBlocking(false);
                full = !filler.connect(target.getLocalSocketAddress()) && !filler.finishConnect();
            }
            check.getInputStream().read(new byte[4_096]);
            check.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
