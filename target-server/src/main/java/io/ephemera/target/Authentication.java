package io.ephemera.target;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who is served, and how they prove it: {@code Authentication.digest(Credentials.of(user, password))}.
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
                    "authentication",
                    scheme.optionValue(),
                    "must have credentials, unless it is none, which must not have any");
        }
        Set<String> users = new HashSet<>();
        for (Credentials each : credentials) {
            if (!users.add(each.user())) {
                throw new InvalidOptionException("user", "(not shown)", "must be given once");
            }
        }
        OptionRules.checkRealm(realm);
        OptionRules.NONCE_LIFETIME.check(nonceLifetime);
    }

    /** Everyone is served. */
    public static Authentication none() {
        return NONE;
    }

    /** {@link AuthenticationScheme#BASIC} for one user. */
    public static Authentication basic(Credentials credentials) {
        return of(AuthenticationScheme.BASIC, credentials);
    }

    /** {@link AuthenticationScheme#DIGEST} for one user. */
    public static Authentication digest(Credentials credentials) {
        return of(AuthenticationScheme.DIGEST, credentials);
    }

    /** {@link AuthenticationScheme#NTLM} for one user. */
    public static Authentication ntlm(Credentials credentials) {
        return of(AuthenticationScheme.NTLM, credentials);
    }

    /** A scheme other than {@link AuthenticationScheme#NONE} for one user. */
    public static Authentication of(AuthenticationScheme scheme, Credentials credentials) {
        return new Authentication(scheme, List.of(credentials), DEFAULT_REALM, DEFAULT_NONCE_LIFETIME);
    }

    /** This authentication with one more user. */
    public Authentication withUser(Credentials another) {
        List<Credentials> all =
                Stream.concat(credentials.stream(), Stream.of(another)).toList();
        return new Authentication(scheme, all, realm, nonceLifetime);
    }

    /** This authentication with another {@code realm}, or domain. */
    public Authentication withRealm(String realm) {
        return new Authentication(scheme, credentials, realm, nonceLifetime);
    }

    /** This authentication with another {@code nonceLifetime}. */
    public Authentication withNonceLifetime(Duration nonceLifetime) {
        return new Authentication(scheme, credentials, realm, nonceLifetime);
    }

    /** Scheme and realm; no credentials. */
    @Override
    public String toString() {
        return scheme == AuthenticationScheme.NONE ? scheme.optionValue() : scheme.optionValue() + ", realm " + realm;
    }
}
