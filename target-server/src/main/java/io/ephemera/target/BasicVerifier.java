package io.ephemera.target;

import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Basic, RFC 7617. */
final class BasicVerifier implements Verifier {
    private final Map<String, String> passwords;
    private final LoginVerdict challenge;

    BasicVerifier(Authentication authentication) {
        this.passwords = authentication.passwords();
        this.challenge = new LoginVerdict.Challenged(
                List.of("Basic realm=\"" + authentication.realm() + "\", charset=\"UTF-8\""));
    }

    @Override
    public LoginVerdict judge(HttpServerExchange exchange, @Nullable String authorization, long nowNanos) {
        byte[] given = Verifier.decodedAfterScheme("Basic", authorization);
        LoginVerdict verdict = challenge;
        if (given != null) {
            // All of them, and each to its end: the time taken does not tell a user who exists from one who does not.
            for (Map.Entry<String, String> account : passwords.entrySet()) {
                String userAndPassword = account.getKey() + ":" + account.getValue();
                if (MessageDigest.isEqual(given, userAndPassword.getBytes(StandardCharsets.UTF_8))) {
                    verdict = new LoginVerdict.Accepted(account.getKey());
                }
            }
        }
        return verdict;
    }
}
