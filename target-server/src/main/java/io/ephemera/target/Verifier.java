package io.ephemera.target;

import io.undertow.server.HttpServerExchange;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One authentication scheme. It throws nothing, whatever a client sends. Safe for use by several threads. */
interface Verifier {

    /**
     * Judges one request, on its connection's IO thread.
     *
     * @param authorization the {@code Authorization} header, one character a byte; null where there is none, and empty
     *     where there are several
     * @param nowNanos time on a clock that only goes forward, from any origin
     */
    LoginVerdict judge(HttpServerExchange exchange, @Nullable String authorization, long nowNanos);

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
