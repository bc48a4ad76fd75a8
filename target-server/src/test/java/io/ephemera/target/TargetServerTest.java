package io.ephemera.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The target server")
@Timeout(60)
class TargetServerTest {

    @AutoClose
    private final TargetServer server = TargetServer.start(TargetOptions.defaults());

    @AutoClose
    private final RawClient client = new RawClient(server);

    TargetServerTest() throws IOException {}

    @Test
    @DisplayName("answers as its options say")
    void configuredAnswer() throws IOException {
        TargetOptions options =
                TargetOptions.defaults().withResponseBytes(5).withStatus(503).withServiceTime(Duration.ofMillis(1));
        try (TargetServer slow = TargetServer.start(options);
                RawClient other = new RawClient(slow)) {
            String response = other.get("/").readResponse();
            assertTrue(response.startsWith("HTTP/1.1 503 "), response);
            assertTrue(response.contains("\r\nContent-Type: text/plain\r\n"), response);
            assertTrue(response.endsWith("\r\n\r\nxxxxx"), response);
        }
    }

    @ParameterizedTest(name = "{0} -> {1}, {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "/                      | 200 | xx",
                "/?bytes=0              | 200 | ''",
                "/?bytes=3&status=201   | 201 | xxx",
                "/?serviceTime=2ms      | 200 | xx",
                "/?serviceTime=0        | 200 | xx",
                "/?bytes=               | 400 | bytes \"\": must be from 0 to 1048576 bytes",
                "/?status=417           | 400 | status 417: must be an HTTP status from 200 to 599, except 417",
                "/?serviceTime=20       | 400 | serviceTime 20: must be from 0 to 10m, such as 0, 20ms, 2s or 1m",
                "/?bytes=%D9%A3         | 400 | bytes Ù£: must be from 0 to 1048576 bytes",
                "/?record=%D9%A3        | 400 | record Ù£: must be a whole number from 0 up",
                "/?byte=3               | 400 | byte 3: unknown parameter, use bytes, serviceTime or status",
                "/?bytes=a%0Ab          | 400 | bytes a?b: must be from 0 to 1048576 bytes",
                "/nothing               | 404 | nothing here: use / or /counters",
            })
    @DisplayName("lets one request ask for another answer, and says in one line what it cannot do")
    void query(String pathAndQuery, int status, String body) throws IOException {
        String response = client.get(pathAndQuery).readResponse();
        assertTrue(response.startsWith("HTTP/1.1 " + status + " "), response);
        assertEquals(body, response.substring(response.indexOf("\r\n\r\n") + 4).stripTrailing());
    }

    @Test
    @DisplayName("sends its longest body whole")
    void longestBody() throws IOException {
        String response = client.get("/?bytes=1048576").readResponse();
        assertEquals(1 << 20, response.length() - response.indexOf("\r\n\r\n") - 4);
        Await.until("the response to count", server::counters, c -> c.responses() == 1);
    }

    @Test
    @DisplayName("answers HEAD with the length and no body, and refuses other methods")
    void methods() throws IOException {
        assertTrue(client.send("HEAD / HTTP/1.1").readHead().contains("\r\nContent-Length: 2\r\n"));
        String refusal = client.send("POST / HTTP/1.1", "Content-Length: 0").readResponse();
        assertTrue(refusal.startsWith("HTTP/1.1 405 "), refusal);
        assertTrue(refusal.contains("\r\nAllow: GET, HEAD\r\n"), refusal);
        assertTrue(client.get("/").readResponse().startsWith("HTTP/1.1 200 "));
    }

    @Test
    @DisplayName("holds many calls for their service time at once on a single IO thread, and serves others meanwhile")
    void serviceTimeBlocksNoThread() throws IOException {
        TargetServer another = TargetServer.start(
                TargetOptions.defaults().withIoThreads(1).withServiceTime(OptionRules.MAX_SERVICE_TIME));
        try (another) {
            List<RawClient> held = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                held.add(new RawClient(another).get("/"));
            }
            Await.until(
                    "200 calls in flight",
                    another::counters,
                    c -> c.requests() == 200 && c.responses() == 0 && c.openNow() == 200);
            try (RawClient other = new RawClient(another)) {
                assertTrue(other.get("/?serviceTime=0").readResponse().endsWith("xx"));
                assertTrue(other.get("/?serviceTime=30ms").readResponse().endsWith("xx"));
            }
            TargetCounters counters = Await.until("the other's end", another::counters, c -> c.openNow() == 200);
            assertEquals(2, counters.responses());
            another.close();
            assertEquals(2, another.counters().responses(), "a call that was cut off is no response");
            assertEquals(200, another.counters().closedByServerFirst());
            for (RawClient each : held) {
                assertEquals("", each.readToEnd());
                each.close();
            }
        }
    }

    @Test
    @DisplayName("gives its address as it is bound")
    void address() throws IOException {
        assertEquals("127.0.0.1", server.address().getAddress().getHostAddress());
        assertEquals(server.address().getPort(), server.port());
        assertEquals("http://127.0.0.1:" + server.port() + "/", server.uri().toString());
        try (TargetServer everywhere =
                TargetServer.start(TargetOptions.defaults().withHost("0.0.0.0"))) {
            assertEquals(
                    "http://127.0.0.1:" + everywhere.port() + "/",
                    everywhere.uri().toString());
        }
    }

    @Test
    @DisplayName("frees its port, closes its connections and ends its threads on close, once and again")
    void close() throws IOException {
        Set<Thread> before = threads();
        TargetServer another = TargetServer.start(TargetOptions.defaults().withIoThreads(3));
        InetSocketAddress address = another.address();
        try (RawClient idle = new RawClient(another);
                RawClient kept = new RawClient(another)) {
            kept.get("/").readResponse();
            Await.until("two connections", another::counters, c -> c.connectionsAccepted() == 2 && c.responses() == 1);
            assertFalse(ours(before).isEmpty());

            another.close();
            another.close();

            assertEquals("", idle.readToEnd());
            assertEquals("", kept.readToEnd());
            assertEquals(new TargetCounters(2, 0, 1, 1, 0, 2, 0, 0, 0), another.counters());
            assertThrows(
                    ConnectException.class, () -> SocketChannel.open(address).close());
            Await.until("its threads to end", () -> ours(before), Set::isEmpty);
        }
        try (TargetServer again = TargetServer.start(TargetOptions.defaults().withPort(address.getPort()))) {
            assertEquals(address.getPort(), again.port());
        }
    }

    @Test
    @DisplayName("tells on close a client that was first from one that was not")
    void closeJudgesEachConnection() throws IOException {
        for (int round = 0; round < 20; round++) {
            TargetServer another = TargetServer.start(TargetOptions.defaults().withIoThreads(1));
            try (RawClient first = new RawClient(another);
                    RawClient open = new RawClient(another)) {
                Await.until("two connections", another::counters, c -> c.connectionsAccepted() == 2);
                first.sendFin();
                another.close();
                assertEquals(new TargetCounters(2, 0, 0, 0, 1, 1, 0, 0, 0), another.counters());
                assertEquals("", open.readToEnd());
            }
        }
    }

    @Test
    @DisplayName("says in one line which port it cannot have, and leaves no thread behind")
    void portInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Set<Thread> before = threads();
            TargetOptions options = TargetOptions.defaults().withPort(taken.getLocalPort());
            IOException failure = assertThrows(IOException.class, () -> TargetServer.start(options));
            String message = String.valueOf(failure.getMessage());
            assertTrue(message.startsWith("port " + taken.getLocalPort() + ": cannot listen on 127.0.0.1 ("), message);
            assertTrue(message.endsWith("), must be a port that is free, or 0 for any"), message);
            Await.until("its threads to end", () -> ours(before), Set::isEmpty);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"no-such-host.invalid", "192.0.2.1"})
    @DisplayName("says in one line that a host is not this machine's")
    void foreignHost(String host) {
        IOException failure = assertThrows(
                IOException.class,
                () -> TargetServer.start(TargetOptions.defaults().withHost(host)));
        String message = String.valueOf(failure.getMessage());
        assertTrue(message.startsWith("host " + host + ": "), message);
        assertTrue(message.endsWith(" must be an address of this machine, such as 127.0.0.1"), message);
    }

    private static Set<Thread> threads() {
        return Set.copyOf(Thread.getAllStackTraces().keySet());
    }

    private static Set<Thread> ours(Set<Thread> before) {
        return threads().stream()
                .filter(thread -> !before.contains(thread) && thread.getName().startsWith("target-server-"))
                .collect(Collectors.toSet());
    }
}
