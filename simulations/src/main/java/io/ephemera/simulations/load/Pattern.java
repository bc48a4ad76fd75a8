package io.ephemera.simulations.load;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * How the client uses connections: a {@link Login} and a {@link ConnectionUse}, from which legs and ports per call follow.
 * {@code docs/authentication.md} has them all in one table.
 *
 * <p>Not every combination exists. A login of one leg has no legs to close apart; NTLM proves a connection, not a request, so
 * its legs can't have connections of their own. Connections that a virtual user keeps for itself are not here: in an open model
 * a user makes one call, and keeping its connection until it leaves is closing it after the call.
 */
public enum Pattern {
    /** A connection for each call, closed by the client. */
    KEEP_ALIVE_OFF("keep-alive-off", Login.NONE, ConnectionUse.CLOSED_PER_CALL),
    /** Connections are kept, and shared by all callers. */
    KEEP_ALIVE_SHARED("keep-alive-shared", Login.NONE, ConnectionUse.SHARED),
    /** A connection for each call, closed by the server. */
    SERVER_CLOSES_FIRST("server-closes-first", Login.NONE, ConnectionUse.CLOSED_BY_SERVER),
    /** Basic with the first request, closed after it. */
    BASIC_PREEMPTIVE("basic-preemptive", Login.BASIC_PREEMPTIVE, ConnectionUse.CLOSED_PER_CALL),
    /** Basic with the first request, connections shared. */
    BASIC_PREEMPTIVE_SHARED("basic-preemptive-shared", Login.BASIC_PREEMPTIVE, ConnectionUse.SHARED),
    /** Basic when challenged, each leg closed. */
    BASIC_CHALLENGED_CLOSE_LEG("basic-challenged-close-leg", Login.BASIC_CHALLENGED, ConnectionUse.CLOSED_PER_LEG),
    /** Basic when challenged, both legs on one connection. */
    BASIC_CHALLENGED_CLOSE_CALL("basic-challenged-close-call", Login.BASIC_CHALLENGED, ConnectionUse.CLOSED_PER_CALL),
    /** Basic when challenged, connections shared. */
    BASIC_CHALLENGED_SHARED("basic-challenged-shared", Login.BASIC_CHALLENGED, ConnectionUse.SHARED),
    /** Digest, each leg closed. */
    DIGEST_CLOSE_LEG("digest-close-leg", Login.DIGEST, ConnectionUse.CLOSED_PER_LEG),
    /** Digest, both legs on one connection. */
    DIGEST_CLOSE_CALL("digest-close-call", Login.DIGEST, ConnectionUse.CLOSED_PER_CALL),
    /** Digest, connections shared. */
    DIGEST_SHARED("digest-shared", Login.DIGEST, ConnectionUse.SHARED),
    /** NTLM, all three legs on one connection: .NET's default for Windows authentication. */
    NTLM_CLOSE_CALL("ntlm-close-call", Login.NTLM, ConnectionUse.CLOSED_PER_CALL),
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

    /** Legs of a call; of {@link #NTLM_SHARED} those of a call on a connection that is logged in already. */
    public int legs() {
        return this == NTLM_SHARED ? 1 : login.legs();
    }

    /** Legs that a connection lives for, as far as its life holds a port that is to go to TIME_WAIT; at least 1. */
    public int legsPerConnection() {
        return connections == ConnectionUse.CLOSED_PER_CALL ? legs() : 1;
    }

    /** Ports that one call leaves in TIME_WAIT: 0, 1, or one for each leg. */
    public int portsPerCall() {
        return switch (connections) {
            case CLOSED_PER_LEG -> legs();
            case CLOSED_PER_CALL -> 1;
            case CLOSED_BY_SERVER, SHARED -> 0;
        };
    }

    /** One sentence: why calls of this pattern hold ports, or do not. */
    public String reason() {
        return switch (connections) {
            case CLOSED_PER_LEG ->
                "every call is challenged first, and each of its " + legs()
                        + " legs is a new connection that the client closes; each leaves its port in TIME_WAIT";
            case CLOSED_PER_CALL ->
                legs() == 1
                        ? "every call is a new connection that the client closes; each leaves its port in TIME_WAIT"
                        : "the " + legs() + " legs of a call are on one new connection, which the client closes after"
                                + " the last; each call leaves one port in TIME_WAIT";
            case CLOSED_BY_SERVER ->
                "every call is a new connection that the server closes; TIME_WAIT is the server's, the client's port"
                        + " is free";
            case SHARED ->
                "connections are kept open and shared by all callers; no call leaves a TIME_WAIT"
                        + (this == NTLM_SHARED
                                ? ", but each is served as the user who logged the connection in"
                                        + " (UnsafeAuthenticatedConnectionSharing)"
                                : "");
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
