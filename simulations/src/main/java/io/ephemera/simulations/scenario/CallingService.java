package io.ephemera.simulations.scenario;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.ephemera.agent.PortHook;
import io.ephemera.ports.PortRange;
import io.ephemera.target.TargetCounters;
import io.ephemera.target.TargetServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Service A, which for every call of its own clients makes one on service B over loopback. Where that fails it answers 503, and
 * says by what: its header names the innermost cause.
 */
public final class CallingService implements Service {

    /** Header that says what became of a call: {@link #OK}, or the innermost cause. */
    public static final String OUTCOME = "X-Outcome";

    /** Header that says the number of a call. */
    public static final String CALL = "X-Call";

    private static final String OK = "ok";
    private static final int THREADS = 64;
    private static final int TIMEOUT_MILLIS = 60_000;

    private final TargetServer serviceB;
    private final HttpServer serviceA;
    private final ExecutorService threads;
    private final @Nullable HttpClient keeping;
    private final AtomicLong answered = new AtomicLong();
    private volatile LongFunction<@Nullable Object> owners = call -> null;

    /**
     * Starts both.
     *
     * @param keepsConnections whether A keeps its connections to B, or closes each after its call
     */
    CallingService(PortRange range, boolean keepsConnections) throws IOException {
        this.keeping = keepsConnections ? HttpClient.newHttpClient() : null;
        this.serviceB = Listeners.stubOutside(range, call -> {});
        this.serviceA = Listeners.httpServerOutside(range);
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "service-a");
            thread.setDaemon(true);
            return thread;
        });
        serviceA.setExecutor(threads);
        serviceA.createContext("/", this::answer);
        serviceA.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String outcome = OK;
            String body = OK;
            try {
                call(exchange.getRequestHeaders().getFirst(CALL));
            } catch (IOException e) {
                outcome = innermost(e).toString();
                body = "unable to access remote server " + serviceB.uri() + "\nCaused by: " + outcome + "\n";
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
    private void call(@Nullable String call) throws IOException, InterruptedException {
        try (PortHook.Owned ours = PortHook.owned(call == null ? null : owners.apply(Long.parseLong(call)))) {
            if (keeping == null) {
                callAndClose();
            } else {
                keeping.send(
                        HttpRequest.newBuilder(serviceB.uri())
                                .version(HttpClient.Version.HTTP_1_1)
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
            }
        }
    }

    /** As a client library without keep-alive does: the whole response is read by its length, and then this side closes first. */
    private void callAndClose() throws IOException {
        try (Socket connection = new Socket(serviceB.address().getAddress(), serviceB.port())) {
            connection.setSoTimeout(TIMEOUT_MILLIS);
            PlainHttp.get(connection, serviceB.uri(), true);
        }
    }

    private static Throwable innermost(Throwable throwable) {
        Throwable cause = throwable;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    long answered() {
        return answered.get();
    }

    @Override
    public URI uri() {
        InetSocketAddress address = serviceA.getAddress();
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/");
    }

    @Override
    public void owners(LongFunction<@Nullable Object> byCall) {
        owners = byCall;
    }

    /** Only A's own connections are under the limits: its clients are on machines of their own. */
    @Override
    public URI governed() {
        return serviceB.uri();
    }

    @Override
    public TargetCounters counters() {
        return serviceB.counters();
    }

    @Override
    public void close() {
        serviceA.stop(0);
        threads.shutdownNow();
        serviceB.close();
    }
}
