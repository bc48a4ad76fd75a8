package io.ephemera.simulations.login;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.sasl.RealmCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslException;

/** One login by NTLMv2, on the JDK's own SASL mechanism: Type 1, then Type 3 in answer to the server's Type 2. */
public final class NtlmLogin {

    private static final String SCHEME = "NTLM ";
    private static final Map<String, String> PROPERTIES = Map.of(
            "com.sun.security.sasl.ntlm.version", "NTLMv2",
            // Without it the mechanism looks up the name of this machine, each time.
            "com.sun.security.sasl.ntlm.hostname", "ephemera");

    private final SaslClient mechanism;

    private NtlmLogin(SaslClient mechanism) {
        this.mechanism = mechanism;
    }

    /**
     * Begins a login.
     *
     * @throws IllegalArgumentException if this Java has no NTLM
     */
    public static NtlmLogin begin(String user, String password) {
        try {
            SaslClient mechanism = Sasl.createSaslClient(
                    new String[] {"NTLM"},
                    null,
                    "http",
                    "",
                    PROPERTIES,
                    callbacks -> answer(callbacks, user, password));
            if (mechanism == null) {
                throw new IllegalArgumentException("this Java has no SASL mechanism NTLM");
            }
            return new NtlmLogin(mechanism);
        } catch (SaslException e) {
            throw new IllegalArgumentException("NTLM can't begin", e);
        }
    }

    /** The {@code Authorization} header of the second exchange: Type 1. */
    public String negotiate() {
        return header(new byte[0]);
    }

    /**
     * The {@code Authorization} header of the third exchange: Type 3.
     *
     * @param challenges {@code WWW-Authenticate} headers of the second exchange's response
     * @throws IllegalArgumentException if none of them holds a Type 2 that can be answered
     */
    public String authenticate(List<String> challenges) {
        String challenge = challenges.stream()
                .filter(text -> text.startsWith(SCHEME))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no challenge holds a Type 2"));
        return header(
                Base64.getDecoder().decode(challenge.substring(SCHEME.length()).strip()));
    }

    private String header(byte[] challenge) {
        try {
            return SCHEME + Base64.getEncoder().encodeToString(mechanism.evaluateChallenge(challenge));
        } catch (SaslException | RuntimeException e) {
            // The mechanism also throws what array accesses throw, on a Type 2 that is cut off.
            throw new IllegalArgumentException("the server's Type 2 can't be answered", e);
        }
    }

    private static void answer(Callback[] callbacks, String user, String password) {
        for (Callback callback : callbacks) {
            if (callback instanceof NameCallback name) {
                name.setName(user);
            } else if (callback instanceof PasswordCallback secret) {
                secret.setPassword(password.toCharArray());
            } else if (callback instanceof RealmCallback domain) {
                domain.setText("");
            }
        }
    }
}
