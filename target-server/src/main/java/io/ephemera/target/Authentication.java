package io.ephemera.target;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Who is served, and how they prove it: {@code Authentication.of(AuthenticationScheme.DIGEST, Credentials.of(user, password))}.
 *
 * <p>Every way to make one throws {@link IllegalArgumentException} for what cannot be used; the message is one line that
 * shows no credentials.
 *
 * @param scheme how users prove who they are
 * @param credentials the users; none for {@link AuthenticationScheme#NONE}, else at least one, each with a name of its own
 * @param realm the realm of Basic and Digest, the domain of NTLM: 1 to 64 printable ASCII characters other than quote and
 *     backslash; default {@code ephemera}. A client of NTLM may name it, in any case, or no domain at all
 * @param nonceLifetime how long a nonce of Digest's may be used, 1 ms to 60 minutes; default 5 minutes
 */
public record Authentication(
        AuthenticationScheme scheme, List<Credentials> credentials, String realm, Duration nonceLifetime) {

    private static final String DEFAULT_REALM = "ephemera";
    private static final Duration DEFAULT_NONCE_LIFETIME = Duration.ofMinutes(5);
    private static final Authentication NONE =
            new Authentication(AuthenticationScheme.NONE, List.of(), DEFAULT_REALM, DEFAULT_NONCE_LIFETIME);

    /** Checks what can be wrong. */
    public Authentication {
        credentials = List.copyOf(credentials);
        if ((scheme == AuthenticationScheme.NONE) != credentials.isEmpty()) {
            throw new InvalidOptionException(
                    "auth", scheme.optionValue(), "must have credentials, unless it is none, which must not have any");
        }
        if (credentials.stream().map(Credentials::user).distinct().count() < credentials.size()) {
            throw new InvalidOptionException("user", "(not shown)", "must be given once");
        }
        OptionRules.checkRealm(realm);
        OptionRules.NONCE_LIFETIME.check(nonceLifetime);
    }

    /** Everyone is served. */
    public static Authentication none() {
        return NONE;
    }

    /** A scheme other than {@link AuthenticationScheme#NONE} for these users. */
    public static Authentication of(AuthenticationScheme scheme, Credentials... users) {
        return new Authentication(scheme, List.of(users), DEFAULT_REALM, DEFAULT_NONCE_LIFETIME);
    }

    public Authentication withRealm(String realm) {
        return new Authentication(scheme, credentials, realm, nonceLifetime);
    }

    public Authentication withNonceLifetime(Duration nonceLifetime) {
        return new Authentication(scheme, credentials, realm, nonceLifetime);
    }

    /** Passwords by user. */
    Map<String, String> passwords() {
        return credentials.stream().collect(Collectors.toMap(Credentials::user, Credentials::password));
    }

    /** Scheme and realm; no credentials. */
    @Override
    public String toString() {
        return scheme == AuthenticationScheme.NONE ? scheme.optionValue() : scheme.optionValue() + ", realm " + realm;
    }
}
