package io.ephemera.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ephemera.cli.console.JsonOutput;
import io.ephemera.ports.map.PortMap;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The show as a page on loopback, for a projector: one address from the first chapter to the last, another one beside it for the
 * presenter. The presenter's keys work there too, and the ports of the run that goes on are passed on.
 */
final class Stage implements AutoCloseable {

    /** Never ::1, whatever the JVM prefers: the address that is printed names this one. */
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final int HIGHEST_PORT = 65_535;
    private static final int MOST_TRIES = 100;
    private static final int THREADS = 4;
    private static final int PATIENCE_MILLIS = 1_000;
    private static final long WATCHED_NANOS = 2_000_000_000L;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Set<String> hosts;
    private final Keys keys;
    private List<Note> notes = List.of();
    private volatile String state = "null";
    private volatile String sent = "";
    private volatile long askedNanos;
    private volatile @Nullable String live;

    /** Starts to serve. */
    Stage(Keys keys) throws IOException {
        this.keys = keys;
        askedNanos = System.nanoTime() - WATCHED_NANOS;
        server = listening(IntStream.concat(
                IntStream.of(0),
                IntStream.iterate(HIGHEST_PORT, port -> port - 1).limit(MOST_TRIES)));
        int port = server.getAddress().getPort();
        hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
        threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "ephemera-demo-page");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** On the first of these ports that can be had: where runs came before, the system has no port left to choose for a while. */
    static HttpServer listening(IntStream ports) throws IOException {
        BindException last = new BindException("no port was tried");
        for (int port : ports.toArray()) {
            try {
                return HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), 0);
            } catch (BindException e) {
                last = e;
            }
        }
        throw last;
    }

    /** Address of the page. */
    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    private record Note(String title, String notes) {}

    /** The chapters that are to come. */
    void begin(List<Chapter> chapters) {
        notes = chapters.stream()
                .map(chapter -> new Note(chapter.title(), chapter.notes()))
                .toList();
    }

    /**
     * Shows a scene in place of the one before.
     *
     * @param chapter index of its chapter
     * @param waits whether it stays until a key is pressed
     * @param latest whether the show has come so far, and no farther
     */
    void show(Scene now, int chapter, boolean waits, boolean latest) {
        live = now.link() == null ? live : now.link();
        state = JsonOutput.line(
                Map.of("scene", now, "chapter", chapter, "waits", waits, "latest", latest, "chapters", notes));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String host = exchange.getRequestHeaders().getFirst("Host");
            String path = exchange.getRequestURI().getPath();
            String method = exchange.getRequestMethod();
            // A page elsewhere can name this address by a host name of its own: it must not read what is here.
            if (host == null || !hosts.contains(host)) {
                send(exchange, 403, "text/plain", "This page is served to this machine only.\n");
            } else if (path.equals("/key") && method.equals("POST")) {
                key(exchange, host);
            } else if (!method.equals("GET")) {
                send(exchange, 405, "text/plain", "GET only.\n");
            } else {
                get(exchange, path);
            }
        }
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        switch (path) {
            case "/", "/notes" -> send(exchange, 200, "text/html", resource("stage.html"));
            case "/stage.js" -> send(exchange, 200, "text/javascript", PortMap.script() + resource("stage.js"));
            case "/stage.css" -> send(exchange, 200, "text/css", PortMap.style() + resource("stage.css"));
            case "/scene" -> {
                String now = state;
                send(exchange, 200, "application/json", now);
                sent = now;
                askedNanos = System.nanoTime();
            }
            case "/ports" -> ports(exchange);
            default -> send(exchange, 404, "text/plain", "The page is at /, the presenter's at /notes.\n");
        }
    }

    /** A page elsewhere could send a key as well, but not under this one's name. */
    private void key(HttpExchange exchange, String host) throws IOException {
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        Keys.Key key = ("http://" + host).equals(origin)
                ? Map.of("on", Keys.Key.ON, "back", Keys.Key.BACK, "end", Keys.Key.END)
                        .get(String.valueOf(exchange.getRequestURI().getQuery()))
                : null;
        if (key == null) {
            send(exchange, 403, "text/plain", "The keys are on, back and end, pressed on this page.\n");
        } else {
            keys.press(key);
            send(exchange, 200, "text/plain", "");
        }
    }

    /** Of the run that goes on, from its own page; without one, the last picture stays. */
    private void ports(HttpExchange exchange) throws IOException {
        String address = live;
        if (address == null) {
            send(exchange, 204, "text/plain", "");
            return;
        }
        long since = PortMap.since(exchange.getRequestURI().getQuery());
        String query = since == PortMap.WHOLE ? "ports" : "ports?since=" + since;
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create(address).resolve(query).toURL().openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            try (InputStream in = connection.getInputStream()) {
                send(exchange, 200, "application/json", new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            send(exchange, 204, "text/plain", "");
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("X-Frame-Options", "DENY");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Stage.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Whoever watches sees the last scene; where nobody does there is nothing to wait for. */
    @Override
    public void close() {
        for (int tick = 0; tick < PATIENCE_MILLIS / 50 && !sent.equals(state) && isWatched(); tick++) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        server.stop(0);
        threads.shutdownNow();
    }

    private boolean isWatched() {
        return System.nanoTime() - askedNanos < WATCHED_NANOS;
    }
}
