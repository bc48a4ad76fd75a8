package io.ephemera.target;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

/** Decides for each exchange, before it is answered, whether the server closes after it. */
final class ClosePolicyHandler implements HttpHandler {
    private final ClosePolicy policy;
    private final HttpHandler next;

    ClosePolicyHandler(ClosePolicy policy, HttpHandler next) {
        this.policy = policy;
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (policy == ClosePolicy.SERVER_FIRST) {
            exchange.setPersistent(false);
            // Undertow says so by itself only where the response may have a body.
            exchange.getResponseHeaders().put(Headers.CONNECTION, Headers.CLOSE.toString());
        } else {
            if (exchange.isHttp10() && exchange.isPersistent()) {
                // Only in HTTP/1.0 must a server say so; a client of HTTP/1.1 that means to close is told nothing else.
                exchange.getResponseHeaders().put(Headers.CONNECTION, Headers.KEEP_ALIVE.toString());
            }
            // No "Connection: close" header beside it: with one, Undertow would close first after all.
            exchange.setPersistent(true);
        }
        next.handleRequest(exchange);
    }
}
