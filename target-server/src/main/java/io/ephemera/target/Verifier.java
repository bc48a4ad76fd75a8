package io.ephemera.target;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One authentication scheme: lets through who is authenticated, and challenges everyone else.
 *
 * <p>Undertow's own security handlers would take each request to a worker thread and back; what is verified here takes
 * microseconds, and the server's service times are to be the set ones only.
 */
abstract class Verifier implements HttpHandler {
    /** Says as whom a request was served: on a shared NTLM connection not always as the one who sent it. */
    static final HttpString AUTHENTICATED_USER = new HttpString("X-Authenticated-User");

    private final HttpHandler next;

    Verifier(HttpHandler next) {
        this.next = next;
    }

    /** {@code next} for those who may; {@code next} itself where that is everyone. */
    static HttpHandler of(Authentication authentication, LongSupplier nanoClock, HttpHandler next) {
        return switch (authentication.scheme()) {
            case NONE -> next;
            case BASIC -> new BasicVerifier(authentication, next);
            case DIGEST -> new DigestVerifier(authentication, nanoClock, next);
            case NTLM -> new NtlmVerifier(authentication, next);
        };
    }

    @Override
    public final void handleRequest(HttpServerExchange exchange) throws Exception {
        HeaderValues given = exchange.getRequestHeaders().get(Headers.AUTHORIZATION);
        String authorization = given != null && given.size() > 1
                ? ""
                : exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
        String user = user(exchange, authorization);
        if (user != null) {
            exchange.getResponseHeaders().put(AUTHENTICATED_USER, URLEncoder.encode(user, StandardCharsets.UTF_8));
            next.handleRequest(exchange);
        }
    }

    /**
     * Whose a request is, on its connection's IO thread; {@code null} after it was {@linkplain #challenge answered} otherwise.
     * Throws nothing, whatever a client sends.
     *
     * @param authorization the {@code Authorization} header, one character a byte; {@code null} where there is none, and empty
     *     where there are several
     */
    abstract @Nullable String user(HttpServerExchange exchange, @Nullable String authorization);

    /** Answers 401 with these challenges, the one the server likes best first. */
    static @Nullable String challenge(HttpServerExchange exchange, List<String> challenges) {
        exchange.getResponseHeaders().addAll(Headers.WWW_AUTHENTICATE, challenges);
        Answers.sendLine(exchange, 401, "authentication required");
        return null;
    }

    /** What follows the scheme's name and the space behind it in a header; null if the header is not this scheme's. */
    static @Nullable String afterScheme(String scheme, @Nullable String authorization) {
        int length = scheme.length();
        if (authorization == null
                || authorization.length() <= length
                || authorization.charAt(length) != ' '
                || !authorization.regionMatches(true, 0, scheme, 0, length)) {
            return null;
        }
        return authorization.substring(length + 1).strip();
    }

    /** The same, decoded from Base64; null also if it is none. */
    static byte @Nullable [] decodedAfterScheme(String scheme, @Nullable String authorization) {
        String token = afterScheme(scheme, authorization);
        try {
            return token == null ? null : Base64.getDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
