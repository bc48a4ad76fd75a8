package io.ephemera.target;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.nio.ByteBuffer;

/** Answers {@code /counters}, apart from all that is counted or subject to a close policy. */
final class ControlHandler implements HttpHandler {
    static final String PATH = "/counters";

    private final ObjectMapper json = new ObjectMapper();
    private final CounterCells cells;
    private final HttpHandler next;

    ControlHandler(CounterCells cells, HttpHandler next) {
        this.cells = cells;
        this.next = next;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        if (!PATH.equals(exchange.getRelativePath())) {
            next.handleRequest(exchange);
            return;
        }
        TrackedConnection.of(exchange).requestToControl();
        if (Answers.refusedMethod(exchange)) {
            return;
        }
        Answers.send(exchange, 200, "application/json", ByteBuffer.wrap(json.writeValueAsBytes(cells.snapshot())));
    }
}
