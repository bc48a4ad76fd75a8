package io.ephemera.target;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Protocols;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sees every exchange first: finds the connection that it came on, counts it and has the close policy decide, or answers
 * {@code /counters}, which is neither counted nor subject to the policy.
 */
final class TrackingHandler implements HttpHandler {
    static final String COUNTERS_PATH = "/counters";

    private static final Pattern ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}|\\[[0-9a-fA-F:.%]+]");

    private final ObjectMapper json = new ObjectMapper();
    private final Map<Ends, TrackedConnection> open = new ConcurrentHashMap<>();
    private final CounterCells cells;
    private final String host;
    private final ClosePolicy policy;
    private final HttpHandler next;

    TrackingHandler(CounterCells cells, TargetOptions options, HttpHandler next) {
        this.cells = cells;
        this.host = options.host();
        this.policy = options.closePolicy();
        this.next = next;
    }

    /**
     * The two ends of a connection, which no other open one has; both {@code null} if it is gone already. Under TLS and HTTP/2 an
     * exchange no longer knows more of its socket.
     */
    record Ends(@Nullable SocketAddress client, @Nullable SocketAddress server) {}

    /**
     * Whether a {@code Host} header names the server by what no page elsewhere can have its own name resolve to: an address,
     * {@code localhost}, or the name it was told to listen on.
     */
    private boolean isOurs(String header) {
        String name = header.replaceFirst(":[0-9]*$", "");
        return name.equalsIgnoreCase("localhost")
                || name.equalsIgnoreCase(host)
                || ADDRESS.matcher(name).matches();
    }

    void opened(TrackedConnection connection) {
        open.put(connection.ends(), connection);
    }

    /** To be called whenever a connection's descriptor was closed, once or more often. */
    void closed(TrackedConnection connection) {
        // A client that has reset its connection may have the next one from the same port here by then.
        open.remove(connection.ends(), connection);
        connection.closed();
    }

    Collection<TrackedConnection> open() {
        return open.values();
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        TrackedConnection connection = open.get(new Ends(
                exchange.getConnection().getPeerAddress(),
                exchange.getConnection().getLocalAddress()));
        if (connection == null) {
            throw new IllegalStateException("a request on a connection that was never accepted");
        }
        boolean control = COUNTERS_PATH.equals(exchange.getRelativePath());
        connection.exchangeBegins(control);
        exchange.addExchangeCompleteListener((ended, proceed) -> {
            if (!control && connection.wroteAll()) {
                cells.responded(ended.getStatusCode());
            }
            proceed.proceed();
        });
        if (control) {
            answerCounters(exchange);
        } else {
            cells.requested(exchange.getProtocol().equals(Protocols.HTTP_2_0));
            policy.decideFor(exchange);
            next.handleRequest(exchange);
        }
    }

    private void answerCounters(HttpServerExchange exchange) throws IOException {
        String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
        if (host != null && !isOurs(host)) {
            Answers.sendLine(exchange, 403, "ask for " + COUNTERS_PATH + " by the server's address");
        } else if (!Answers.refusedMethod(exchange)) {
            Answers.send(exchange, 200, "application/json", ByteBuffer.wrap(json.writeValueAsBytes(cells.snapshot())));
        }
    }
}
