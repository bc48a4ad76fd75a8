package io.ephemera.target;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets through who is authenticated, and challenges everyone else.
 *
 * <p>Undertow's own security handlers would take each request to a worker thread and back; what is verified here takes
 * microseconds, and the server's service times are to be the set ones only.
 */
final class AuthenticationHandler implements HttpHandler {
    /** Says as whom a request was served: on a shared NTLM connection not always as the one who sent it. */
    static final HttpString AUTHENTICATED_USER = new HttpString("X-Authenticated-User");

    private final Verifier verifier;
    private final LongSupplier nanoClock;
    private final HttpHandler next;

    private AuthenticationHandler(Verifier verifier, LongSupplier nanoClock, HttpHandler next) {
        this.verifier = verifier;
        this.nanoClock = nanoClock;
        this.next = next;
    }

    /** {@code next} for those who may; {@code next} itself where that is everyone. */
    static HttpHandler of(Authentication authentication, LongSupplier nanoClock, HttpHandler next) {
        return switch (authentication.scheme()) {
            case NONE -> next;
            case BASIC -> new AuthenticationHandler(new BasicVerifier(authentication), nanoClock, next);
            case DIGEST -> new AuthenticationHandler(new DigestVerifier(authentication), nanoClock, next);
            case NTLM -> new AuthenticationHandler(new NtlmVerifier(authentication), nanoClock, next);
        };
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws Exception {
        LoginVerdict verdict = verifier.judge(exchange, authorization(exchange), nanoClock.getAsLong());
        HeaderMap headers = exchange.getResponseHeaders();
        if (verdict instanceof LoginVerdict.Accepted accepted) {
            headers.put(AUTHENTICATED_USER, URLEncoder.encode(accepted.user(), StandardCharsets.UTF_8));
            next.handleRequest(exchange);
        } else if (verdict instanceof LoginVerdict.Challenged challenged) {
            headers.addAll(Headers.WWW_AUTHENTICATE, challenged.challenges());
            Answers.sendLine(exchange, 401, "authentication required");
        } else if (verdict instanceof LoginVerdict.Contradictory contradictory) {
            Answers.sendLine(exchange, 400, contradictory.line());
        }
    }

    private static @Nullable String authorization(HttpServerExchange exchange) {
        HeaderValues values = exchange.getRequestHeaders().get(Headers.AUTHORIZATION);
        if (values == null) {
            return null;
        }
        return values.size() == 1 ? values.getFirst() : "";
    }
}
