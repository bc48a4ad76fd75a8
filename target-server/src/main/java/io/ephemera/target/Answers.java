package io.ephemera.target;

import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Sends responses. */
final class Answers {
    private static final IoCallback END_BY_CLOSE = new EndByClose();

    private Answers() {}

    /** Refuses, and answers, a method other than GET and HEAD. */
    static boolean refusedMethod(HttpServerExchange exchange) {
        HttpString method = exchange.getRequestMethod();
        if (method.equals(Methods.GET) || method.equals(Methods.HEAD)) {
            return false;
        }
        exchange.getResponseHeaders().put(Headers.ALLOW, "GET, HEAD");
        sendLine(exchange, 405, "use GET or HEAD");
        return true;
    }

    static void sendLine(HttpServerExchange exchange, int status, String line) {
        send(exchange, status, "text/plain", ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    static void send(HttpServerExchange exchange, int status, String contentType, ByteBuffer body) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
        Sender sender = exchange.getResponseSender();
        if (exchange.isPersistent()) {
            sender.send(body);
        } else {
            sender.send(body, END_BY_CLOSE);
        }
    }

    /**
     * Ends the exchange as Undertow's own callback does, which would also set a Content-Length: with that a client knows
     * the response's end before the server's FIN is out, and may close first.
     */
    private static final class EndByClose implements IoCallback {
        @Override
        public void onComplete(HttpServerExchange exchange, Sender sender) {
            END_EXCHANGE.onComplete(exchange, sender);
        }

        @Override
        public void onException(HttpServerExchange exchange, Sender sender, IOException exception) {
            END_EXCHANGE.onException(exchange, sender, exception);
        }
    }
}
