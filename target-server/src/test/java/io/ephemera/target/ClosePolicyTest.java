package io.ephemera.target;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A close policy")
@Timeout(60)
class ClosePolicyTest {

    @ParameterizedTest(name = "for the request {0} with {1}")
    @CsvSource({
        "GET / HTTP/1.1,          X-Nothing: said",
        "GET / HTTP/1.1,          Connection: close",
        "GET / HTTP/1.0,          Connection: keep-alive",
        "GET /nothing HTTP/1.1,   Connection: close",
        "GET /?bytes=x HTTP/1.1,  Connection: close",
        "GET /?status=500 HTTP/1.1, Connection: close",
        "PUT / HTTP/1.1,          Connection: close",
    })
    @DisplayName(
            "client: the server leaves the connection open until the client has closed, and says nothing of closing")
    void clientFirst(String requestLine, String header) throws IOException {
        try (TargetServer server = start(ClosePolicy.CLIENT_FIRST)) {
            try (RawClient client = new RawClient(server)) {
                String response = client.send(requestLine, header).readResponse();
                assertFalse(response.toLowerCase(Locale.ROOT).contains("connection: close"), response);
                letTheIoThreadTurn(server);
                assertTrue(client.nothingToRead(), "the server must not have closed");
                assertEquals(0, server.counters().endings().closedByServerFirst());

                client.sendFin();
                assertEquals("", client.readToEnd(), "the server's FIN must answer the client's");
            }
            TargetCounters counters = Await.untilQuiet(server, 2);
            assertEquals(2, counters.endings().closedByClientFirst());
            assertEquals(
                    0,
                    counters.endings().closedByServerFirst()
                            + counters.endings().aborted());
        }
    }

    @ParameterizedTest(name = "for the request {0} with {1}")
    @CsvSource({
        "GET / HTTP/1.1,          X-Nothing: said",
        "GET / HTTP/1.1,          Connection: keep-alive",
        "GET / HTTP/1.0,          Connection: keep-alive",
        "HEAD / HTTP/1.1,         X-Nothing: said",
        "GET /nothing HTTP/1.1,   X-Nothing: said",
        "GET /?bytes=0 HTTP/1.1,  X-Nothing: said",
        "GET /?status=204 HTTP/1.1, X-Nothing: said",
        "GET /?serviceTime=1ms HTTP/1.1, X-Nothing: said",
    })
    @DisplayName("server: the server says Connection: close and closes right after its response")
    void serverFirst(String requestLine, String header) throws IOException {
        try (TargetServer server = start(ClosePolicy.SERVER_FIRST)) {
            try (RawClient client = new RawClient(server)) {
                String response = client.send(requestLine, header).readToEnd();
                assertTrue(response.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n"), response);
                Await.until(
                        "the server's close to count",
                        server::counters,
                        c -> c.endings().closedByServerFirst() == 1);
            }
            TargetCounters counters = Await.untilQuiet(server, 1);
            assertEquals(1, counters.endings().closedByServerFirst());
            assertEquals(1, counters.responses());
            assertEquals(
                    0,
                    counters.endings().closedByClientFirst()
                            + counters.endings().aborted());
        }
    }

    @Test
    @DisplayName("server: a body's end is the server's FIN, so that no client can know it sooner and close first")
    void serverFirstBodyEndsWithFin() throws IOException {
        try (TargetServer server = start(ClosePolicy.SERVER_FIRST);
                RawClient client = new RawClient(server)) {
            String response = client.get("/?bytes=100000").readToEnd();
            String head = response.substring(0, response.indexOf("\r\n\r\n")).toLowerCase(Locale.ROOT);
            assertAll(
                    () -> assertFalse(head.contains("content-length"), head),
                    () -> assertFalse(head.contains("transfer-encoding"), head),
                    () -> assertEquals(100_000, response.length() - head.length() - 4));
        }
    }

    @ParameterizedTest(name = "after {0} requests")
    @ValueSource(ints = {1, 3})
    @DisplayName("server: a client whose FIN came before the response was first, whatever bytes of its own are unread")
    void clientFinBeforeServersResponse(int requests) throws IOException {
        try (TargetServer server = start(ClosePolicy.SERVER_FIRST)) {
            try (RawClient client = new RawClient(server)) {
                client.get("/?serviceTime=500ms");
                for (int further = 1; further < requests; further++) {
                    client.get("/");
                }
                assertTrue(client.sendFin().readToEnd().endsWith("\r\n\r\nxx"));
            }
            // The thread that served it counts the response, which may be after its IO thread has closed the
            // connection.
            TargetCounters expected = new TargetCounters(1, 0, 1, 1, new TargetCounters.Endings(1, 0, 0), 0, 0);
            Await.until(expected.toString(), server::counters, expected::equals);
        }
    }

    @ParameterizedTest(name = "after {0}")
    @CsvSource({"GET / HTTP/1.1", "GET /?serviceTime=1ms HTTP/1.1", "HEAD / HTTP/1.1"})
    @DisplayName("never: the client's FIN is counted but not answered until the server is closed")
    void never(String requestLine) throws IOException {
        TargetServer server = start(ClosePolicy.NEVER);
        try (server;
                RawClient client = new RawClient(server)) {
            client.send(requestLine, "Connection: close").readHead();
            if (requestLine.startsWith("GET")) {
                client.readBytes(2);
            }
            client.sendFin();
            Await.until(
                    "the client's FIN to count",
                    server::counters,
                    c -> c.endings().closedByClientFirst() == 1);
            letTheIoThreadTurn(server);
            assertTrue(client.nothingToRead(), "the server must not have sent its FIN");

            server.close();
            assertEquals("", client.readToEnd());
            assertEquals(0, server.counters().openNow());
            assertEquals(2, server.counters().endings().closedByClientFirst());
            assertEquals(0, server.counters().endings().closedByServerFirst());
        }
    }

    @Test
    @DisplayName("never: a response still due goes out after the client's FIN")
    void neverAnswersAfterFin() throws IOException {
        try (TargetServer server = start(ClosePolicy.NEVER);
                RawClient client = new RawClient(server)) {
            assertTrue(client.get("/?serviceTime=50ms").sendFin().readResponse().endsWith("\r\n\r\nxx"));
            Await.until(
                    "the client's FIN to count",
                    server::counters,
                    c -> c.endings().closedByClientFirst() == 1);
            assertTrue(client.nothingToRead());
        }
    }

    @ParameterizedTest(name = "under {0}")
    @EnumSource
    @DisplayName("leaves alone a connection on which no request came: the client closes first")
    void noRequest(ClosePolicy policy) throws IOException {
        try (TargetServer server = start(policy)) {
            new RawClient(server).close();
            TargetCounters counters = Await.until(
                    "the client's FIN to count",
                    server::counters,
                    c -> c.endings().closedByClientFirst() == 1);
            assertEquals(1, counters.connectionsAccepted());
            assertEquals(0, counters.requests());
        }
    }

    @ParameterizedTest(name = "under {0}")
    @EnumSource(names = {"CLIENT_FIRST", "NEVER"})
    @DisplayName("keeps a connection for many requests, also where they come at once")
    void keepAlive(ClosePolicy policy) throws IOException {
        try (TargetServer server = start(policy);
                RawClient client = new RawClient(server)) {
            for (int i = 0; i < 20; i++) {
                assertTrue(client.get("/").readResponse().startsWith("HTTP/1.1 200 OK\r\n"));
            }
            client.get("/?bytes=3").get("/?bytes=4&serviceTime=1ms").get("/?bytes=5");
            assertTrue(client.readResponse().endsWith("\r\n\r\nxxx"));
            assertTrue(client.readResponse().endsWith("\r\n\r\nxxxx"));
            assertTrue(client.readResponse().endsWith("\r\n\r\nxxxxx"));
            TargetCounters counters = Await.until("23 responses to count", server::counters, c -> c.responses() == 23);
            assertEquals(23, counters.requests());
            assertEquals(1, counters.connectionsAccepted());
            assertEquals(1, counters.openNow());
        }
    }

    @Test
    @DisplayName("tells a client of HTTP/1.0 that asks for it that the connection is kept")
    void keepAliveOfHttp10() throws IOException {
        try (TargetServer server = start(ClosePolicy.CLIENT_FIRST);
                RawClient client = new RawClient(server)) {
            String response =
                    client.send("GET / HTTP/1.0", "Connection: keep-alive").readResponse();
            assertTrue(response.toLowerCase(Locale.ROOT).contains("\r\nconnection: keep-alive\r\n"), response);
            assertTrue(client.send("GET / HTTP/1.0").readToEnd().endsWith("\r\n\r\nxx"));
        }
    }

    @ParameterizedTest(name = "{0} {1}: {2}, with {3}, after its own FIN: {4}")
    @CsvSource({
        "CLIENT_FIRST, NONE,   GET /,                X-Nothing: said,      false",
        "CLIENT_FIRST, NONE,   GET /,                Connection: close,    false",
        "CLIENT_FIRST, NONE,   HEAD /,               X-Nothing: said,      false",
        "CLIENT_FIRST, NONE,   GET /nothing,         X-Nothing: said,      false",
        "CLIENT_FIRST, NONE,   GET /?serviceTime=1ms, X-Nothing: said,     false",
        "CLIENT_FIRST, NONE,   GET /,                X-Nothing: said,      true",
        "CLIENT_FIRST, BASIC,  GET /,                X-Nothing: said,      false",
        "CLIENT_FIRST, DIGEST, GET /,                X-Nothing: said,      false",
        "CLIENT_FIRST, NTLM,   GET /,                X-Nothing: said,      false",
        "SERVER_FIRST, NONE,   GET /,                X-Nothing: said,      false",
        "SERVER_FIRST, DIGEST, GET /,                X-Nothing: said,      false",
        "NEVER,        NONE,   GET /,                X-Nothing: said,      false",
        "NEVER,        NONE,   GET /?serviceTime=1ms, X-Nothing: said,     true",
        "NEVER,        NTLM,   GET /,                X-Nothing: said,      false",
    })
    @DisplayName("of whatever kind: a client of HTTP/1.0 that asks for no keep-alive is closed by the server")
    void http10(ClosePolicy policy, AuthenticationScheme scheme, String request, String header, boolean finFirst)
            throws IOException {
        Authentication login = scheme == AuthenticationScheme.NONE
                ? Authentication.none()
                : Authentication.of(scheme, Logins.CREDENTIALS);
        try (TargetServer server = TargetServer.start(TargetOptions.defaults()
                .withIoThreads(1)
                .withClosePolicy(policy)
                .withAuthentication(login))) {
            try (RawClient client = new RawClient(server)) {
                client.send(request + " HTTP/1.0", header);
                String response = (finFirst ? client.sendFin() : client).readToEnd();
                assertTrue(response.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n"), response);
                assertEquals(request.startsWith("HEAD"), response.endsWith("\r\n\r\n"), response);
            }
            TargetCounters.Endings endings = Await.untilQuiet(server, 1).endings();
            assertEquals(0, endings.aborted());
            if (!finFirst) {
                assertEquals(1, endings.closedByServerFirst());
            }
        }
    }

    @Test
    @DisplayName("does not hold for what is not HTTP: the server answers 400 and closes first, and counts no request")
    void notHttp() throws IOException {
        try (TargetServer server = start(ClosePolicy.CLIENT_FIRST)) {
            try (RawClient client = new RawClient(server)) {
                String response = client.send("\u0001\u0002 / NOTHING/9").readToEnd();
                assertTrue(response.startsWith("HTTP/1.1 400 Bad Request\r\n"), response);
            }
            TargetCounters counters = Await.untilQuiet(server, 1);
            assertEquals(1, counters.endings().closedByServerFirst());
            assertEquals(0, counters.requests());
        }
    }

    private static TargetServer start(ClosePolicy policy) throws IOException {
        return TargetServer.start(TargetOptions.defaults().withIoThreads(1).withClosePolicy(policy));
    }

    /** Once another connection was served, the one IO thread has done all that was due on the first one before. */
    private static void letTheIoThreadTurn(TargetServer server) throws IOException {
        try (RawClient other = new RawClient(server)) {
            other.get("/").readResponse();
        }
    }
}
