package io.ephemera.target;

import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Protocols;

/** Counts requests as they come and responses as they have gone. */
final class CountingHandler implements HttpHandler, ExchangeCompletionListener {
    private final CounterCells cells;
    private final HttpHandler next;

    CountingHandler(CounterCells cells, HttpHandler next) {
        this.cells = cells;
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        TrackedConnection.of(exchange).requestOfCall();
        cells.requests.increment();
        if (exchange.getProtocol().equals(Protocols.HTTP_2_0)) {
            cells.http2Requests.increment();
        }
        exchange.addExchangeCompleteListener(this);
        next.handleRequest(exchange);
    }

    @Override
    public void exchangeEvent(HttpServerExchange exchange, NextListener nextListener) {
        if (TrackedConnection.of(exchange).wroteAll()) {
            cells.responses.increment();
            if (exchange.getStatusCode() == 401) {
                cells.unauthorized.increment();
            }
        }
        nextListener.proceed();
    }
}
