package io.ephemera.simulations.load;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the client uses connections: a {@link Login} and a {@link ConnectionUse}; {@link Usage} has what follows from them.
 * {@code docs/authentication.md} has them all in one table.
 *
 * <p>Not every combination exists. A login of one leg has no legs to close apart; NTLM proves a connection, not a request, so
 * its legs can't have connections of their own.
 */
public enum Pattern {
    /** A connection for each call, closed by the client. */
    KEEP_ALIVE_OFF("keep-alive-off", Login.NONE, ConnectionUse.CLOSED_PER_CALL),
    /** A connection for each user, who keeps it for all its calls. */
    KEEP_ALIVE_PER_USER("keep-alive-per-user", Login.NONE, ConnectionUse.KEPT_FOR_USER),
    /** Connections are kept, and shared by all callers. */
    KEEP_ALIVE_SHARED("keep-alive-shared", Login.NONE, ConnectionUse.SHARED),
    /** A connection for each call, closed by the server. */
    SERVER_CLOSES_FIRST("server-closes-first", Login.NONE, ConnectionUse.CLOSED_BY_SERVER),
    /** Basic with the first request, closed after it. */
    BASIC_PREEMPTIVE("basic-preemptive", Login.BASIC_PREEMPTIVE, ConnectionUse.CLOSED_PER_CALL),
    /** Basic with each request, a connection for each user. */
    BASIC_PREEMPTIVE_PER_USER("basic-preemptive-per-user", Login.BASIC_PREEMPTIVE, ConnectionUse.KEPT_FOR_USER),
    /** Basic with the first request, connections shared. */
    BASIC_PREEMPTIVE_SHARED("basic-preemptive-shared", Login.BASIC_PREEMPTIVE, ConnectionUse.SHARED),
    /** Basic when challenged, each leg closed. */
    BASIC_CHALLENGED_CLOSE_LEG("basic-challenged-close-leg", Login.BASIC_CHALLENGED, ConnectionUse.CLOSED_PER_LEG),
    /** Basic when challenged, both legs on one connection. */
    BASIC_CHALLENGED_CLOSE_CALL("basic-challenged-close-call", Login.BASIC_CHALLENGED, ConnectionUse.CLOSED_PER_CALL),
    /** Basic when challenged, then with each request; a connection for each user. */
    BASIC_CHALLENGED_PER_USER("basic-challenged-per-user", Login.BASIC_CHALLENGED, ConnectionUse.KEPT_FOR_USER),
    /** Basic when challenged, connections shared. */
    BASIC_CHALLENGED_SHARED("basic-challenged-shared", Login.BASIC_CHALLENGED, ConnectionUse.SHARED),
    /** Digest, each leg closed. */
    DIGEST_CLOSE_LEG("digest-close-leg", Login.DIGEST, ConnectionUse.CLOSED_PER_LEG),
    /** Digest, both legs on one connection. */
    DIGEST_CLOSE_CALL("digest-close-call", Login.DIGEST, ConnectionUse.CLOSED_PER_CALL),
    /** Digest, the nonce of the first call used for those that follow; a connection for each user. */
    DIGEST_PER_USER("digest-per-user", Login.DIGEST, ConnectionUse.KEPT_FOR_USER),
    /** Digest, connections shared. */
    DIGEST_SHARED("digest-shared", Login.DIGEST, ConnectionUse.SHARED),
    /** NTLM, all three legs on one connection: .NET's default for Windows authentication. */
    NTLM_CLOSE_CALL("ntlm-close-call", Login.NTLM, ConnectionUse.CLOSED_PER_CALL),
    /** NTLM, a connection for each user, who logs it in once. */
    NTLM_PER_USER("ntlm-per-user", Login.NTLM, ConnectionUse.KEPT_FOR_USER),
    /** NTLM, connections logged in once and shared: .NET's {@code UnsafeAuthenticatedConnectionSharing}. */
    NTLM_SHARED("ntlm-shared", Login.NTLM, ConnectionUse.SHARED);

    private final String text;
    private final Login login;
    private final ConnectionUse connections;

    Pattern(String text, Login login, ConnectionUse connections) {
        this.text = text;
        this.login = login;
        this.connections = connections;
    }

    /**
     * Reads a pattern as it is written in settings.
     *
     * @throws IllegalArgumentException if there is no such pattern
     */
    public static Pattern parse(String text) {
        for (Pattern pattern : values()) {
            if (pattern.text.equals(text)) {
                return pattern;
            }
        }
        throw new IllegalArgumentException(
                "a pattern is " + Arrays.stream(values()).map(Pattern::toString).collect(Collectors.joining(", ")));
    }

    /** How a caller proves who it is. */
    public Login login() {
        return login;
    }

    /** How long a connection is used. */
    public ConnectionUse connections() {
        return connections;
    }

    /** The pattern with the same login and another use of connections; empty if there is none. */
    Optional<Pattern> with(ConnectionUse other) {
        return Arrays.stream(values())
                .filter(pattern -> pattern.login == login && pattern.connections == other)
                .findFirst();
    }

    /** Whether a virtual user makes several calls, on a connection of its own. */
    public boolean isKeptForUser() {
        return connections == ConnectionUse.KEPT_FOR_USER;
    }

    /** Legs of a call that logs in; of {@link #NTLM_SHARED} those of a call on a connection that is logged in already. */
    public int legs() {
        return this == NTLM_SHARED ? 1 : login.legs();
    }

    @Override
    public String toString() {
        return text;
    }
}
