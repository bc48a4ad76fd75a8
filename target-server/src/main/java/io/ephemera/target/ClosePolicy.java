package io.ephemera.target;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

/**
 * Which side closes a connection first. That side keeps the connection's endpoints in TIME_WAIT.
 *
 * <p>A policy holds for every well-formed HTTP request, whatever its answer, but for one: a client of HTTP/1.0 that does not ask
 * for keep-alive waits for the end of the stream, so under any policy the server closes right after its response (RFC 9112,
 * section 9.3). The server also closes at once on a request that is not HTTP or has no valid {@code Host} header; such a request is
 * not counted as one either.
 */
public enum ClosePolicy {
    /**
     * The client closes first, even where its request says {@code Connection: close}; once its FIN arrives the server
     * closes too. A client of HTTP/1.1 that waits for the end of the stream, and not for {@code Content-Length} bytes, waits for ever.
     */
    CLIENT_FIRST("client"),

    /**
     * The server closes right after its first response, which says {@code Connection: close}.
     *
     * <p>Such a response has no {@code Content-Length}: the end of the stream is its end. A client that knew the length
     * could close before the server's FIN was out, and be first. Responses without a body (to HEAD, or of status 204 and
     * 304) leave it that chance; the counters tell who was first.
     */
    SERVER_FIRST("server"),

    /**
     * The server sends no FIN, not even after the client's: the client stays in FIN_WAIT_2 and the server in CLOSE_WAIT,
     * one descriptor each, until the server is closed.
     */
    NEVER("never");

    private final String optionValue;

    ClosePolicy(String optionValue) {
        this.optionValue = optionValue;
    }

    /** The name on the command line: {@code client}, {@code server} or {@code never}. */
    public String optionValue() {
        return optionValue;
    }

    static ClosePolicy parse(String text) {
        return OptionRules.named(
                "closePolicy", text, values(), ClosePolicy::optionValue, "must be client, server or never");
    }

    /** Decides, before an exchange is answered, whether the server closes after it. */
    void decideFor(HttpServerExchange exchange) {
        boolean endsWithResponse = exchange.isHttp10() && !exchange.isPersistent();
        if (this == SERVER_FIRST || endsWithResponse) {
            exchange.setPersistent(false);
            // Undertow says so by itself only where the response may have a body.
            exchange.getResponseHeaders().put(Headers.CONNECTION, Headers.CLOSE.toString());
            return;
        }
        if (exchange.isHttp10()) {
            // Only in HTTP/1.0 must a server say so; a client of HTTP/1.1 that means to close is told nothing else.
            exchange.getResponseHeaders().put(Headers.CONNECTION, Headers.KEEP_ALIVE.toString());
        }
        // No "Connection: close" header beside it: with one, Undertow would close first after all.
        exchange.setPersistent(true);
    }
}
