package io.ephemera.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The counters")
@Timeout(60)
class TargetCountersTest {
    private static final int CLIENTS = 4;
    private static final int ROUNDS = 60;

    @ParameterizedTest(name = "policy {0}, {1} IO threads")
    @CsvSource({"CLIENT_FIRST, 1", "CLIENT_FIRST, 3", "SERVER_FIRST, 1", "SERVER_FIRST, 3"})
    @DisplayName("are right to the unit over hundreds of connections that end in every way, from several threads")
    void exactUnderConcurrency(ClosePolicy policy, int ioThreads) throws Exception {
        boolean serverFirst = policy == ClosePolicy.SERVER_FIRST;
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (TargetServer server = TargetServer.start(
                TargetOptions.defaults().withIoThreads(ioThreads).withClosePolicy(policy))) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                running.add(clients.submit(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        new RawClient(server).close();
                        new RawClient(server).reset();
                        try (RawClient client = new RawClient(server)) {
                            client.get("/?bytes=10", "Connection: close");
                            assertEquals(10, body(serverFirst ? client.readToEnd() : client.readResponse()));
                        }
                        try (RawClient client = new RawClient(server)) {
                            client.get("/nothing");
                            assertTrue((serverFirst ? client.readToEnd() : client.readResponse())
                                    .startsWith("HTTP/1.1 404 "));
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
            long each = CLIENTS * ROUNDS;
            TargetCounters counters = Await.untilQuiet(server, 4 * each);
            assertEquals(
                    new TargetCounters(
                            4 * each,
                            0,
                            2 * each,
                            2 * each,
                            new TargetCounters.Endings(serverFirst ? each : 3 * each, serverFirst ? 2 * each : 0, each),
                            0,
                            0),
                    counters);
            TargetServer.Silent silent = server.silent();
            assertEquals(2 * each, silent.accepted());
            assertEquals(each, silent.closedByClientFirst());
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    @DisplayName("show connections that are open and have asked nothing")
    void openAndSilent() throws IOException {
        try (TargetServer server = TargetServer.start(TargetOptions.defaults())) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                clients.add(new RawClient(server));
            }
            TargetCounters open =
                    Await.until("50 open connections", server::counters, c -> c.connectionsAccepted() == 50);
            assertEquals(new TargetCounters(50, 50, 0, 0, new TargetCounters.Endings(0, 0, 0), 0, 0), open);
            for (RawClient client : clients) {
                client.close();
            }
            assertEquals(
                    new TargetCounters(50, 0, 0, 0, new TargetCounters.Endings(50, 0, 0), 0, 0),
                    Await.untilQuiet(server, 50));
        }
    }

    @Test
    @DisplayName("do not count a response whose client has reset the connection before it was due")
    void abortedResponse() throws IOException {
        try (TargetServer server = TargetServer.start(TargetOptions.defaults().withIoThreads(1))) {
            RawClient client = new RawClient(server);
            client.get("/?serviceTime=200ms");
            Await.until("the request", server::counters, c -> c.requests() == 1);
            client.reset();
            assertEquals(
                    new TargetCounters(1, 0, 1, 0, new TargetCounters.Endings(0, 0, 1), 0, 0),
                    Await.untilQuiet(server, 1));
        }
    }

    @Test
    @DisplayName(
            "count a connection that was reset also where the next one from its port was here before that was seen")
    void portUsedAgain() throws IOException {
        CompletableFuture<Void> seen = new CompletableFuture<Void>().completeOnTimeout(null, 20, TimeUnit.SECONDS);
        try (TargetServer server = TargetServer.start(TargetOptions.defaults().withIoThreads(1), n -> seen.join());
                RawClient holdsIoThread = new RawClient(server)) {
            holdsIoThread.get("/?record=1");
            Await.until("the request", server::counters, c -> c.requests() == 1);
            RawClient reset = new RawClient(server);
            int port = reset.localPort();
            reset.reset();
            new RawClient(server, port).close();
            seen.complete(null);
            holdsIoThread.readResponse();
            holdsIoThread.sendFin();
            assertEquals(
                    new TargetCounters(3, 0, 1, 1, new TargetCounters.Endings(2, 0, 1), 0, 0),
                    Await.untilQuiet(server, 3));
        }
    }

    @Test
    @DisplayName("subtract: what happened in between, with the later level of open connections")
    void subtract() {
        TargetCounters earlier = new TargetCounters(10, 3, 20, 19, new TargetCounters.Endings(4, 2, 1), 5, 6);
        TargetCounters later = new TargetCounters(110, 7, 320, 318, new TargetCounters.Endings(64, 32, 7), 13, 15);
        assertEquals(
                new TargetCounters(100, 7, 300, 299, new TargetCounters.Endings(60, 30, 6), 8, 9),
                later.minus(earlier));
    }

    @ParameterizedTest(name = "under policy {0}")
    @CsvSource({"CLIENT_FIRST", "SERVER_FIRST", "NEVER"})
    @DisplayName("come as JSON from /counters, whose own connections and requests stand apart")
    void overHttp(ClosePolicy policy) throws IOException {
        try (TargetServer server =
                TargetServer.start(TargetOptions.defaults().withIoThreads(1).withClosePolicy(policy))) {
            String response;
            try (RawClient control = new RawClient(server)) {
                control.get("/counters").readResponse();
                response = control.get("/counters").readResponse();
            }
            assertTrue(response.contains("\r\nContent-Type: application/json\r\n"), response);
            String json = response.substring(response.indexOf("\r\n\r\n"));
            assertEquals(
                    Map.of(
                            "connectionsAccepted", 0,
                            "openNow", 0,
                            "requests", 0,
                            "responses", 0,
                            "closedByClientFirst", 0,
                            "closedByServerFirst", 0,
                            "aborted", 0,
                            "controlConnections", 1,
                            "unauthorized", 0),
                    new ObjectMapper().readValue(json, Map.class));
            assertEquals(
                    new TargetCounters(0, 0, 0, 0, new TargetCounters.Endings(0, 0, 0), 1, 0),
                    new ObjectMapper().readValue(json, TargetCounters.class));
            try (RawClient control = new RawClient(server)) {
                assertTrue(control.get("/counters", "Connection: close")
                        .readToEnd()
                        .endsWith("}"));
            }
            new RawClient(server).close();
            TargetCounters counters = Await.until(
                    "the last connection", server::counters, c -> c.endings().closedByClientFirst() == 1);
            assertEquals(1, counters.connectionsAccepted());
            assertEquals(2, counters.controlConnections());
            assertEquals(
                    0,
                    counters.requests()
                            + counters.responses()
                            + counters.endings().closedByServerFirst());
        }
    }

    @Test
    @DisplayName("keep a connection that has carried a call, also when /counters is asked on it later")
    void callsAndControlOnOneConnection() throws IOException {
        try (TargetServer server = TargetServer.start(TargetOptions.defaults())) {
            try (RawClient client = new RawClient(server)) {
                client.get("/").readResponse();
                client.get("/counters").readResponse();
            }
            assertEquals(
                    new TargetCounters(1, 0, 1, 1, new TargetCounters.Endings(1, 0, 0), 0, 0),
                    Await.untilQuiet(server, 1));
        }
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "localhost, 200",
        "LOCALHOST:8080, 200",
        "127.0.0.1, 200",
        "127.0.0.1:8080, 200",
        "[::1]:8080, 200",
        "rebound.example, 403",
        "rebound.example:8080, 403",
        "127.0.0.1.rebound.example, 403",
        "localhost.rebound.example, 403",
        "[::1].rebound.example, 400",
        "127.0.0.1:8080:rebound, 400",
    })
    @DisplayName("are not read by a page elsewhere whose name was made to resolve to this machine")
    void rebinding(String host, int status) throws IOException {
        try (TargetServer server = TargetServer.start(TargetOptions.defaults());
                RawClient client = new RawClient(server)) {
            String response = client.get("/counters", "Host: " + host).readResponse();
            assertEquals(status, Logins.status(response));
            assertEquals(status == 200, response.contains("connectionsAccepted"));
        }
    }

    private static int body(String response) {
        return response.length() - response.indexOf("\r\n\r\n") - 4;
    }
}
