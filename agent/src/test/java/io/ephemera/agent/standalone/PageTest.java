package io.ephemera.agent.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.agent.EnforcedLimits;
import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.PortHook;
import io.ephemera.agent.UnusedPorts;
import io.ephemera.agent.usage.CallSites;
import io.ephemera.agent.usage.Destinations;
import io.ephemera.agent.usage.PortUsage;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The agent's page")
class PageTest {

    private final List<AutoCloseable> toClose = new ArrayList<>();
    private int port;

    @BeforeEach
    void serve() throws Exception {
        EnforcedLimits limits = new EnforcedLimits(
                new PortPool(UnusedPorts.inARow(3), 1_000_000_000L, Scope.GLOBAL, SelectionOrder.sequential()),
                () -> 1,
                remote -> false,
                "refused",
                "refused");
        PortUsage usage = new PortUsage(limits, 1, new CallSites(List.of()));
        EnforcedPool pool = PortHook.install().enforce(limits, usage);
        toClose.add(pool);
        Page page = Page.bind(0);
        toClose.add(page);
        port = URI.create(page.url()).getPort();
        UnseenTraffic unseen = new UnseenTraffic(Set::of, Destinations.ALL, () -> 0, () -> 0);
        page.serve(new Reporter(AgentOptions.parse("speedup=40"), pool, usage, unseen));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : toClose) {
            each.close();
        }
    }

    private String ask(String line, String host, String more) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String request = line + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest(name = "{0} of {1}, {2}: {3}, {4}")
    @CsvSource({
        "GET /, localhost, text/html, 200 OK, text/html",
        "GET /, localhost:80, */*, 200 OK, text/plain",
        "GET /report, 127.0.0.1, text/html, 200 OK, text/plain",
        "GET /metrics, localhost, text/html, 200 OK, text/plain; version=0.0.4",
        "GET /ports?since=12, localhost, */*, 200 OK, application/json",
        "GET /page.js, localhost, */*, 200 OK, text/javascript",
        "GET /page.css, localhost, */*, 200 OK, text/css",
        "GET /other, localhost, text/html, 404 Not Found, text/plain",
        "POST /, localhost, text/html, 405 Method Not Allowed, text/plain",
        "GET /ports, crm.example, */*, 403 Forbidden, text/plain",
    })
    @DisplayName(
            "is HTML for a browser and text for all others, for this machine alone, and loads nothing from elsewhere")
    void answers(String line, String host, String accept, String status, String type) throws IOException {
        String answer = ask(line, host, "Accept: " + accept + "\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 " + status + "\r\nContent-Type: " + type), answer);
        assertTrue(answer.contains("Content-Security-Policy: default-src 'none'; script-src 'self';"), answer);
        assertTrue(answer.contains("X-Content-Type-Options: nosniff"), answer);
        assertTrue(answer.indexOf("https://") < 0, answer);
    }

    @Test
    @DisplayName("has the ports in modelled time, and answers beside connections on which nothing is said")
    void ports() throws Exception {
        for (int i = 0; i < 3; i++) {
            toClose.add(0, new Socket(InetAddress.getLoopbackAddress(), port));
        }
        String answer = ask("GET /ports", "localhost", "");
        String json = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        assertEquals(
                "{\"refused\":0,\"at\":0,\"timeWait\":40000,\"first\":" + first(json)
                        + ",\"ports\":3,\"towards\":\"\",\"whole\":true,\"live\":[],\"held\":[],\"waiting\":0,\"closed\":[]}",
                json);
    }

    private static String first(String json) {
        return json.replaceFirst(".*\"first\":(\\d+).*", "$1");
    }
}
