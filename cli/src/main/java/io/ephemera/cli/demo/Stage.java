package io.ephemera.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ephemera.cli.console.JsonOutput;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;

/** The show as a page on loopback, for a projector: one address from the first chapter to the last. */
final class Stage implements AutoCloseable {

    /** Never ::1, whatever the JVM prefers: the address that is printed names this one. */
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private final HttpServer server;
    private final Set<String> hosts;
    private volatile String scene = "null";

    /** Starts to serve. */
    Stage() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0), 0);
        int port = server.getAddress().getPort();
        hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            send(exchange, path.equals("/") ? 200 : 404, "text/html", page());
        });
        server.createContext("/scene", exchange -> send(exchange, 200, "application/json", scene));
        server.start();
    }

    /** Address of the page. */
    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /** Shows a scene in place of the one before. */
    void show(Scene now) {
        scene = JsonOutput.line(now);
    }

    private void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        try (exchange) {
            String host = exchange.getRequestHeaders().getFirst("Host");
            // A page elsewhere can name this address by a host name of its own: it must not read what is here.
            boolean here = host != null && hosts.contains(host);
            byte[] bytes =
                    (here ? text : "This page is served to this machine only.\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", (here ? type : "text/plain") + "; charset=utf-8");
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            exchange.getResponseHeaders().set("X-Frame-Options", "DENY");
            exchange.sendResponseHeaders(here ? status : 403, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String page() throws IOException {
        try (InputStream html = Objects.requireNonNull(Stage.class.getResourceAsStream("stage.html"), "stage.html")) {
            return new String(html.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
