package io.ephemera.simulations.scenario;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ephemera.agent.PortHook;
import io.ephemera.ports.PortRange;
import io.ephemera.target.TargetCounters;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Service A, which for every call of its own clients makes one on service B over loopback. Where that fails it answers 503, and
 * says by what: its header names the innermost cause.
 */
final class OutboundService implements Service {

    /** Header that says what became of a call: {@link #OK}, or the innermost cause. */
    static final String OUTCOME = "X-Outcome";

    static final String OK = "ok";

    /** Header that says the number of a call. */
    static final String CALL = "X-Call";

    private static final int LISTEN_TRIES = 200;
    private static final int THREADS = 64;
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int BACKLOG = 4096;

    private final TargetServer inner;
    private final HttpServer outer;
    private final ExecutorService threads;
    private final boolean keepsConnections;
    private final HttpClient keeping = HttpClient.newHttpClient();
    private final AtomicLong answered = new AtomicLong();
    private volatile LongFunction<@Nullable Object> owners = call -> null;

    /**
     * Starts both.
     *
     * @param keepsConnections whether A keeps its connections to B, or closes each after its call
     */
    OutboundService(PortRange range, boolean keepsConnections) throws IOException {
        this.keepsConnections = keepsConnections;
        this.inner = outside(range);
        this.outer = listen(range);
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "service-a");
            thread.setDaemon(true);
            return thread;
        });
        outer.setExecutor(threads);
        outer.createContext("/", this::answer);
        outer.start();
    }

    private static TargetServer outside(PortRange range) throws IOException {
        for (int attempt = 0; attempt < LISTEN_TRIES; attempt++) {
            TargetServer server = TargetServer.start(TargetOptions.defaults());
            if (!range.contains(server.port())) {
                return server;
            }
            server.close();
        }
        throw chosen(range);
    }

    private static HttpServer listen(PortRange range) throws IOException {
        for (int attempt = 0; attempt < LISTEN_TRIES; attempt++) {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            if (!range.contains(server.getAddress().getPort())) {
                return server;
            }
            server.stop(0);
        }
        throw chosen(range);
    }

    private static IOException chosen(PortRange range) {
        return new IOException("the system chooses ports of " + range + " for the services, where the run needs them");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String outcome = OK;
            String body = OK;
            try {
                callInner(exchange.getRequestHeaders().getFirst(CALL));
            } catch (IOException e) {
                RemoteCallException wrapped =
                        new RemoteCallException("unable to access remote server " + inner.uri(), e);
                outcome = innermost(wrapped).toString();
                body = chain(wrapped);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                outcome = e.toString();
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set(OUTCOME, outcome);
            exchange.sendResponseHeaders(
                    outcome.equals(OK) ? HttpURLConnection.HTTP_OK : HttpURLConnection.HTTP_UNAVAILABLE, bytes.length);
            // Before its client can have it.
            answered.incrementAndGet();
            exchange.getResponseBody().write(bytes);
        }
    }

    @SuppressWarnings("try") // What is closed is a stretch of time.
    private void callInner(@Nullable String call) throws IOException, InterruptedException {
        try (PortHook.Owned ours = PortHook.owned(call == null ? null : owners.apply(Long.parseLong(call)))) {
            callInner();
        }
    }

    private void callInner() throws IOException, InterruptedException {
        if (keepsConnections) {
            keeping.send(
                    HttpRequest.newBuilder(inner.uri())
                            .version(HttpClient.Version.HTTP_1_1)
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            return;
        }
        closeAfter(inner.uri(), inner.address().getAddress());
    }

    /** As a client library without keep-alive does: the whole response is read by its length, and then this side closes first. */
    private static void closeAfter(URI uri, InetAddress at) throws IOException {
        try (Socket connection = new Socket(at, uri.getPort())) {
            connection.setSoTimeout(TIMEOUT_MILLIS);
            PlainHttp.get(connection, uri, true, false);
        }
    }

    private static Throwable innermost(Throwable throwable) {
        Throwable cause = throwable;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** As a log has it. */
    static String chain(Throwable throwable) {
        StringBuilder chain = new StringBuilder();
        for (Throwable each = throwable; each != null; each = each.getCause()) {
            chain.append(chain.length() == 0 ? "" : "Caused by: ").append(each).append('\n');
        }
        return chain.toString();
    }

    /** What a client library makes of the error. */
    static final class RemoteCallException extends IOException {
        private static final long serialVersionUID = 1L;

        RemoteCallException(String message, IOException cause) {
            super(message, cause);
        }
    }

    /** Answers that A has given, whatever they were. */
    long answered() {
        return answered.get();
    }

    @Override
    public URI uri() {
        return URI.create("http://" + outer.getAddress().getAddress().getHostAddress() + ":"
                + outer.getAddress().getPort() + "/");
    }

    @Override
    public void owners(LongFunction<@Nullable Object> byCall) {
        owners = byCall;
    }

    /** Only A's own connections are under the limits: its clients are on machines of their own. */
    @Override
    public List<URI> governed() {
        return List.of(inner.uri());
    }

    /** Those of B. */
    @Override
    public TargetCounters counters() {
        return inner.counters();
    }

    @Override
    public void close() {
        outer.stop(0);
        threads.shutdownNow();
        inner.close();
    }
}
