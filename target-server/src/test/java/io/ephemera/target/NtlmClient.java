package io.ephemera.target;

import java.util.Base64;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.sasl.RealmCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslException;

/** A client's side of NTLM, on the JDK's mechanism. */
final class NtlmClient {
    private final SaslClient mechanism;

    NtlmClient(String user, String password) throws SaslException {
        this("NTLMv2", "", user, password);
    }

    NtlmClient(String version, String domain, String user, String password) throws SaslException {
        this.mechanism = Sasl.createSaslClient(
                new String[] {"NTLM"},
                null,
                "http",
                "",
                Map.of("com.sun.security.sasl.ntlm.version", version, "com.sun.security.sasl.ntlm.hostname", "client"),
                callbacks -> {
                    for (Callback callback : callbacks) {
                        if (callback instanceof NameCallback name) {
                            name.setName(user);
                        } else if (callback instanceof PasswordCallback secret) {
                            secret.setPassword(password.toCharArray());
                        } else if (callback instanceof RealmCallback realm) {
                            realm.setText(domain);
                        }
                    }
                });
    }

    String negotiate() throws SaslException {
        return header(mechanism.evaluateChallenge(new byte[0]));
    }

    /** The answer to the challenge in a response of 401. */
    String authenticate(String response) throws SaslException {
        return header(mechanism.evaluateChallenge(challenge(response)));
    }

    static byte[] challenge(String response) {
        return Base64.getDecoder().decode(Logins.challenges(response).get(0).substring("NTLM ".length()));
    }

    private static String header(byte[] message) {
        return "Authorization: NTLM " + Base64.getEncoder().encodeToString(message);
    }
}
