package io.ephemera.target;

import io.undertow.server.HttpServerExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Basic, RFC 7617. */
final class BasicVerifier implements Verifier {
    private final List<Account> accounts;
    private final Verdict challenge;

    BasicVerifier(List<Credentials> credentials, String realm) {
        this.accounts = credentials.stream().map(Account::new).toList();
        this.challenge = new Verdict.Challenged(List.of("Basic realm=\"" + realm + "\", charset=\"UTF-8\""));
    }

    @Override
    public Verdict judge(HttpServerExchange exchange, @Nullable String authorization, long nowNanos) {
        String token = authorization == null ? null : Verifier.afterScheme("Basic", authorization);
        if (token == null) {
            return challenge;
        }
        byte[] userAndPassword;
        try {
            userAndPassword = Base64.getDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return challenge;
        }
        Verdict verdict = challenge;
        // All of them, and each to its end: the time taken does not tell a user who exists from one who does not.
        for (Account account : accounts) {
            if (MessageDigest.isEqual(userAndPassword, account.userAndPassword)) {
                verdict = account.accepted;
            }
        }
        return verdict;
    }

    private static final class Account {
        private final byte[] userAndPassword;
        private final Verdict accepted;

        Account(Credentials credentials) {
            this.userAndPassword = (credentials.user() + ":" + credentials.password()).getBytes(StandardCharsets.UTF_8);
            this.accepted = new Verdict.Accepted(credentials.user());
        }
    }
}
