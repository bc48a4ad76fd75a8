package io.ephemera.reports.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ephemera.ports.PortStates;
import io.ephemera.ports.map.PortMap;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.FirstExhaustion;
import io.ephemera.reports.RecordingException;
import io.ephemera.reports.RecordingReader;
import io.ephemera.reports.VerdictBlock;
import io.ephemera.reports.page.LiveFeed;
import io.ephemera.reports.page.LivePage;
import io.ephemera.reports.page.Pages;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Serves the page of a run while it goes on, to this machine only.
 *
 * <p>It reads the recording as it grows, as any other process could, and looks at the ports, and both only while somebody watches: the
 * run itself neither knows nor waits for it. Without a viewer there is a listening socket and a sleeping thread.
 */
public final class LiveServer implements AutoCloseable {

    /** Never ::1, whatever the JVM prefers: the address that is printed names this one. */
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private static final JsonMapper JSON = new JsonMapper();
    private static final int PORT_TRIES = 16;
    private static final int LOWEST_PORT = 1_024;
    private static final int HIGHEST_PORT = 65_535;
    private static final int MOST_VIEWERS = 4;
    private static final int BYTES_AT_A_TIME = 1 << 18;
    private static final long TICK_MILLIS = 1_000;
    private static final long CATCH_UP_PAUSE_MILLIS = 20;
    private static final long GOODBYE_MILLIS = 1_500;

    private final HttpServer server;
    private final ExecutorService threads;
    private final Path runFolder;
    private final RunPlan plan;
    private final Semaphore viewers = new Semaphore(MOST_VIEWERS);
    private final Set<String> hosts;
    private final Object oneAtATime = new Object();
    private volatile Supplier<Moment> moments = () -> new Moment(null, 0, null);
    private final CompletableFuture<String> goodbye = new CompletableFuture<>();

    private LiveServer(HttpServer server, Path runFolder, RunPlan plan) {
        this.server = server;
        this.runFolder = runFolder;
        this.plan = plan;
        int port = server.getAddress().getPort();
        this.hosts = Set.of("127.0.0.1:" + port, "localhost:" + port);
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "ephemera-live");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::answer);
    }

    /**
     * Starts to serve.
     *
     * @param runFolder the run's folder, whose recording has its plan already
     * @param portAllowed ports on which the server may listen: one of those that are measured would be missing
     * @throws IOException if no port can be had
     */
    public static LiveServer start(Path runFolder, RunPlan plan, IntPredicate portAllowed) throws IOException {
        LiveServer live = new LiveServer(bind(portAllowed), runFolder, plan);
        // The server's own thread is a daemon if the one that starts it is: it must not keep the process alive.
        FutureTask<Void> start = new FutureTask<>(live.server::start, null);
        Thread starter = new Thread(start, "ephemera-live-start");
        starter.setDaemon(true);
        starter.start();
        try {
            starter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return live;
    }

    private static HttpServer bind(IntPredicate portAllowed) throws IOException {
        IOException last = new IOException("every port that the system gave is one of those that are measured");
        for (int port : candidates(portAllowed)) {
            try {
                HttpServer server =
                        HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), 0);
                if (portAllowed.test(server.getAddress().getPort())) {
                    return server;
                }
                server.stop(0);
            } catch (BindException e) {
                last = e;
            }
        }
        throw last;
    }

    // First what the system chooses; where the run has all of its range, the highest ports that it leaves.
    private static List<Integer> candidates(IntPredicate portAllowed) {
        return IntStream.concat(
                        IntStream.generate(() -> 0).limit(PORT_TRIES),
                        IntStream.rangeClosed(0, HIGHEST_PORT - LOWEST_PORT)
                                .map(below -> HIGHEST_PORT - below)
                                .filter(portAllowed)
                                .limit(PORT_TRIES))
                .boxed()
                .toList();
    }

    /** Where the page is. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /**
     * What a run is doing right now.
     *
     * @param ports the ports; {@code null} where nobody can tell which are in use
     * @param refused calls refused with no free port so far
     * @param first the first of them; {@code null} as long as there is none
     */
    public record Moment(
            @Nullable PortStates ports,
            long refused,
            @Nullable FirstExhaustion first) {}

    /**
     * The run has begun.
     *
     * @param now is asked by threads of the server's, a few times a second where somebody watches; it must change nothing
     */
    public void watch(Supplier<Moment> now) {
        moments = now;
    }

    /**
     * Tells the viewers how the run ended, and stops. Waits a moment for them, and not at all where there are none.
     *
     * @param block the verdict
     * @param page where the page of the result is
     */
    public void finish(VerdictBlock block, Path page) {
        goodbye.complete(event("end", new End(block.title(), new Pages().verdict(block, page))));
        try {
            if (viewers.availablePermits() < MOST_VIEWERS) {
                boolean all = viewers.tryAcquire(MOST_VIEWERS, GOODBYE_MILLIS, TimeUnit.MILLISECONDS);
                if (all) {
                    viewers.release(MOST_VIEWERS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            // A page elsewhere can name this address by a host name of its own: it must not read what is here.
            String host = exchange.getRequestHeaders().getFirst("Host");
            if (host == null || !hosts.contains(host)) {
                text(exchange, 403, "text/plain", "This page is served to this machine only.\n");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                text(exchange, 405, "text/plain", "GET only.\n");
            } else {
                switch (exchange.getRequestURI().getPath()) {
                    case "/" -> text(exchange, 200, "text/html", new Pages().live(plan));
                    case "/events" -> watch(exchange);
                    case "/ports" -> text(exchange, 200, "application/json", ports(exchange));
                    default -> text(exchange, 404, "text/plain", "The page is at /.\n");
                }
            }
        }
    }

    /** However many ask, the run is looked at by one of them at a time. */
    private String ports(HttpExchange exchange) {
        synchronized (oneAtATime) {
            Moment now = moments.get();
            FirstExhaustion first = now.first();
            PortMap map = new PortMap(
                    now.ports(),
                    plan.clock().speedup(),
                    now.refused(),
                    first == null ? null : new LivePage(plan).firstRefusal(first));
            return map.json(PortMap.since(exchange.getRequestURI().getQuery()));
        }
    }

    private static void text(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        header(exchange, type);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(bytes);
        }
    }

    private static void header(HttpExchange exchange, String type) {
        exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("X-Frame-Options", "DENY");
    }

    private record End(String title, String verdict) {}

    private record Problem(String sentence) {}

    private static String event(String name, Record data) {
        try {
            return event(name, JSON.writeValueAsString(data));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server-sent event, with one line of JSON. */
    private static String event(String name, String json) {
        return "event: " + name + "\ndata: " + json + "\n\n";
    }

    private void watch(HttpExchange exchange) throws IOException {
        if (!viewers.tryAcquire()) {
            text(exchange, 503, "text/plain", "There are " + MOST_VIEWERS + " viewers already.\n");
            return;
        }
        try {
            header(exchange, "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                send(body);
            }
        } finally {
            viewers.release();
        }
    }

    private void send(OutputStream body) throws IOException {
        LiveFeed feed = new LiveFeed(plan);
        try (RecordingReader tail = new RecordingReader(runFolder, feed::add)) {
            @Nullable String end;
            do {
                end = goodbye.getNow(null);
                catchUp(tail, feed);
                String news = feed.next();
                // A comment now and then finds out whether anybody still listens.
                body.write((news == null ? ":\n\n" : event("slices", news)).getBytes(StandardCharsets.UTF_8));
                body.flush();
                if (end == null) {
                    pause();
                }
            } while (end == null);
            body.write(end.getBytes(StandardCharsets.UTF_8));
            body.flush();
        } catch (RecordingException e) {
            String problem = event("problem", new Problem(String.valueOf(e.getMessage())));
            body.write(problem.getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // Somebody who comes late into a long run must not take a processor from it. Later on, once a tick is more than is
    // written.
    private static void catchUp(RecordingReader tail, LiveFeed feed)
            throws IOException, RecordingException, InterruptedException {
        long before;
        do {
            before = feed.added();
            tail.poll(BYTES_AT_A_TIME);
            if (!feed.begun() && feed.added() > before) {
                Thread.sleep(CATCH_UP_PAUSE_MILLIS);
            }
        } while (!feed.begun() && feed.added() > before);
    }

    private void pause() throws InterruptedException {
        try {
            goodbye.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // The run goes on.
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
