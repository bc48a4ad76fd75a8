package io.ephemera.target;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
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
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The target server")
@Timeout(60)
class TargetServerTest {

    @AutoClose
    private final TargetServer server = TargetServer.start(TargetOptions.defaults());

    @AutoClose
    private final RawClient client = new RawClient(server);

    TargetServerTest() throws IOException {}

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
                "/?bytes=%D9%A3         | 400 | bytes \u0663: must be from 0 to 1048576 bytes",
                "/?status=%D9%A2%D9%A0%D9%A0 | 400 | status \u0662\u0660\u0660: must be an HTTP status from 200 to 599, except 417",
                "/?record=%D9%A3        | 400 | record \u0663: must be a whole number from 0 up",
                "/?serviceTime=%D9%A3s  | 400 | serviceTime \u0663s: must be from 0 to 10m, such as 0, 20ms, 2s or 1m",
                "/?bytes=99999999999999999999 | 400 | bytes 99999999999999999999: must be from 0 to 1048576 bytes",
                "/?byte=3               | 400 | byte 3: unknown parameter, use bytes, serviceTime or status",
                "/?bytes=a%0Ab          | 400 | bytes a?b: must be from 0 to 1048576 bytes",
                "/nothing               | 404 | nothing here: use / or /counters",
            })
    @DisplayName("lets one request ask for another answer, and says in one line what it cannot do")
    void query(String pathAndQuery, int status, String body) throws IOException {
        String response = client.get(pathAndQuery).readResponse();
        assertTrue(response.startsWith("HTTP/1.1 " + status + " "), response);
        byte[] bytes = response.substring(response.indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1);
        assertEquals(body, new String(bytes, UTF_8).stripTrailing());
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

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: localhost\r\n",
                "GET /?bytes=",
                "GET / HTTP/1.0\r\nX-Slow: ",
            })
    @DisplayName("closes a connection whose request takes too long to come, and leaves alone one that sends nothing")
    void slowHead(String beginning) throws IOException {
        try (TargetServer bounded = bounded(new TargetServer.Bounds(100, 100));
                RawClient silent = new RawClient(bounded);
                RawClient kept = new RawClient(bounded);
                RawClient slow = new RawClient(bounded)) {
            kept.get("/").readResponse();
            assertEquals("", slow.sendText(beginning).readToEnd());
            Await.until("the close to count", bounded::counters, c -> c.openNow() == 2);
            assertTrue(silent.get("/").readResponse().endsWith("xx"));
            assertTrue(kept.get("/").readResponse().endsWith("xx"));
        }
    }

    @Test
    @DisplayName("refuses a head of more than 16 KB")
    void longHead() throws IOException {
        assertTrue(
                client.get("/", "X-Long: " + "x".repeat(8_000)).readResponse().startsWith("HTTP/1.1 200 "));
        client.sendText("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x".repeat(17_000));
        Await.until("its close to count", server::counters, c -> c.openNow() == 0);
        assertEquals(1, server.counters().requests());
    }

    @Test
    @DisplayName("closes at once a connection beyond as many as it holds, and takes the next when one has gone")
    void tooManyConnections() throws IOException {
        try (TargetServer bounded = bounded(new TargetServer.Bounds(2, 30_000));
                RawClient one = new RawClient(bounded);
                RawClient another = new RawClient(bounded)) {
            one.get("/").readResponse();
            another.get("/").readResponse();
            try (RawClient third = new RawClient(bounded)) {
                assertEquals("", third.readToEnd());
            }
            one.sendFin();
            Await.until("one to go", bounded::counters, c -> c.openNow() == 1);
            try (RawClient next = new RawClient(bounded)) {
                assertTrue(next.get("/").readResponse().endsWith("xx"));
            }
        }
    }

    private static TargetServer bounded(TargetServer.Bounds bounds) throws IOException {
        return TargetServer.start(
                TargetOptions.defaults().withIoThreads(1), bounds, System::nanoTime, record -> {}, null);
    }

    @Test
    @DisplayName("holds many calls for their service time at once on a single IO thread, and serves others meanwhile")
    void serviceTimeBlocksNoThread() throws IOException {
        TargetServer another = TargetServer.start(TargetOptions.defaults()
                .withIoThreads(1)
                .withResponse(new TargetOptions.Response(2, OptionRules.MAX_SERVICE_TIME, 200)));
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
            assertEquals(200, another.counters().endings().closedByServerFirst());
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
            assertEquals(new TargetCounters(2, 0, 1, 1, new TargetCounters.Endings(0, 2, 0), 0, 0), another.counters());
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
                assertEquals(
                        new TargetCounters(2, 0, 0, 0, new TargetCounters.Endings(1, 1, 0), 0, 0), another.counters());
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
