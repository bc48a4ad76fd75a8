package io.ephemera.target;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.util.AttachmentKey;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.sasl.RealmCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslException;
import javax.security.sasl.SaslServer;
import org.jspecify.annotations.Nullable;

/**
 * NTLM over HTTP, version 2 only, on Java's own SASL mechanism.
 *
 * <p>As in IIS, what is authenticated is the connection: a request without a header is served as the user who has logged in
 * on it, and one with a header starts over. A login's messages belong to the connection on which the challenge was given,
 * so they are of no use on another, or twice.
 *
 * <p>Left out: the integrity code over the three messages, which Java's mechanism does not check. Nothing here can be lost by
 * that: it guards the negotiation of signing and sealing, and there is none.
 */
final class NtlmVerifier extends Verifier {
    private static final String SCHEME = "NTLM";
    private static final AttachmentKey<Login> LOGIN = AttachmentKey.create(Login.class);

    private final Map<String, String> passwords;
    private final String domain;
    private final Map<String, Object> properties;

    NtlmVerifier(Authentication authentication, HttpHandler next) {
        super(next);
        this.passwords = authentication.passwords();
        this.domain = authentication.realm();
        this.properties = Map.of(
                "com.sun.security.sasl.ntlm.version",
                "NTLMv2",
                "com.sun.security.sasl.ntlm.domain",
                domain,
                // Without it the mechanism takes its challenges from java.util.Random, which can be foretold.
                "com.sun.security.sasl.ntlm.random",
                new SecureRandom());
        try {
            newLogin();
        } catch (SaslException e) {
            throw new InvalidOptionException("auth", "ntlm", "this Java has no SASL mechanism NTLM");
        }
    }

    @Override
    @Nullable
    String user(HttpServerExchange exchange, @Nullable String authorization) {
        ServerConnection connection = exchange.getConnection();
        Login login = connection.getAttachment(LOGIN);
        if (authorization == null && login != null && login.user != null) {
            return login.user;
        }
        connection.removeAttachment(LOGIN);
        byte[] message = decodedAfterScheme(SCHEME, authorization);
        String challenge = SCHEME;
        try {
            int type = message == null ? 0 : NtlmMessages.type(message);
            SaslServer pending = login == null ? null : login.pending;
            if (message != null && type == NtlmMessages.NEGOTIATE) {
                SaslServer mechanism = newLogin();
                byte[] answer = NtlmMessages.withTargetInfo(mechanism.evaluateResponse(message), domain);
                connection.putAttachment(LOGIN, new Login(mechanism, null));
                challenge = SCHEME + " " + Base64.getEncoder().encodeToString(answer);
            } else if (message != null
                    && type == NtlmMessages.AUTHENTICATE
                    && pending != null
                    && NtlmMessages.isVersion2(message)) {
                pending.evaluateResponse(message);
                String user = pending.getAuthorizationID();
                connection.putAttachment(LOGIN, new Login(null, user));
                return user;
            }
        } catch (SaslException | RuntimeException e) {
            // On messages that are cut off, and on lengths and offsets that lie, array accesses fail.
        }
        return challenge(exchange, List.of(challenge));
    }

    private SaslServer newLogin() throws SaslException {
        SaslServer mechanism = Sasl.createSaslServer(SCHEME, "http", domain, properties, this::givePassword);
        if (mechanism == null) {
            throw new SaslException("no mechanism " + SCHEME);
        }
        return mechanism;
    }

    /** Leaves the password out for a user who is unknown: the mechanism then refuses. */
    private void givePassword(Callback[] callbacks) {
        String user = null;
        boolean ourDomain = true;
        PasswordCallback wanted = null;
        for (Callback callback : callbacks) {
            if (callback instanceof NameCallback name) {
                user = name.getDefaultName();
            } else if (callback instanceof RealmCallback realm) {
                String named = realm.getDefaultText();
                ourDomain = named == null || named.equalsIgnoreCase(domain);
            } else if (callback instanceof PasswordCallback password) {
                wanted = password;
            }
        }
        String password = ourDomain ? passwords.get(user) : null;
        if (wanted != null && password != null) {
            wanted.setPassword(password.toCharArray());
        }
    }

    /** How far a connection has come: a challenge given and not yet answered, or a user who is in. */
    private record Login(
            @Nullable SaslServer pending, @Nullable String user) {}
}
