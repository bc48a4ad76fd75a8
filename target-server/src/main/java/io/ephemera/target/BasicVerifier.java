package io.ephemera.target;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Basic, RFC 7617. */
final class BasicVerifier extends Verifier {
    private final Authentication authentication;

    BasicVerifier(Authentication authentication, HttpHandler next) {
        super(next);
        this.authentication = authentication;
    }

    @Override
    @Nullable
    String user(HttpServerExchange exchange, @Nullable String authorization) {
        byte[] given = decodedAfterScheme("Basic", authorization);
        String user = null;
        if (given != null) {
            // All of them, and each to its end: the time taken does not tell a user who exists from one who does not.
            for (Credentials account : authentication.credentials()) {
                String userAndPassword = account.user() + ":" + account.password();
                if (MessageDigest.isEqual(given, userAndPassword.getBytes(StandardCharsets.UTF_8))) {
                    user = account.user();
                }
            }
        }
        return user != null
                ? user
                : challenge(exchange, List.of("Basic realm=\"" + authentication.realm() + "\", charset=\"UTF-8\""));
    }
}
