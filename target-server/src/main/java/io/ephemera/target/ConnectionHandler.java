package io.ephemera.target;

import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells each exchange the connection that it came on. By the client's address, since under TLS and HTTP/2 an exchange no longer
 * knows the socket itself.
 */
final class ConnectionHandler implements HttpHandler, ExchangeCompletionListener {

    private final Map<Ends, TrackedConnection> open = new ConcurrentHashMap<>();
    private final HttpHandler next;

    ConnectionHandler(HttpHandler next) {
        this.next = next;
    }

    /** The two ends of a connection, which no other open one has; both {@code null} if it is gone already. */
    record Ends(@Nullable SocketAddress client, @Nullable SocketAddress server) {}

    void opened(TrackedConnection connection) {
        open.put(connection.ends(), connection);
    }

    /** Returns whether it was open until now. */
    boolean closed(TrackedConnection connection) {
        return open.remove(connection.ends(), connection);
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
        exchange.putAttachment(TrackedConnection.OF_EXCHANGE, connection);
        connection.exchangeBegins();
        exchange.addExchangeCompleteListener(this);
        next.handleRequest(exchange);
    }

    @Override
    public void exchangeEvent(HttpServerExchange exchange, NextListener nextListener) {
        TrackedConnection.of(exchange).exchangeEnds();
        nextListener.proceed();
    }
}
