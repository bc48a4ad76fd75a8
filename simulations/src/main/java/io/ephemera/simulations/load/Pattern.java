package io.ephemera.simulations.load;

import io.ephemera.ports.Spelling;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the client uses connections: a {@link Login} and a {@link ConnectionUse}; {@link Usage} has what follows from them.
 * {@code docs/authentication.md} has them all in one table.
 *
 * <p>Not every combination exists. A login of one exchange has no exchanges to close apart; NTLM proves a connection, not a request, so
 * its exchanges can't have connections of their own.
 */
public enum Pattern {
    KEEP_ALIVE_OFF(Login.NONE, ConnectionUse.CLOSED_PER_CALL),
    KEEP_ALIVE_PER_USER(Login.NONE, ConnectionUse.KEPT_FOR_USER),
    KEEP_ALIVE_SHARED(Login.NONE, ConnectionUse.SHARED),
    SERVER_CLOSES_FIRST(Login.NONE, ConnectionUse.CLOSED_BY_SERVER),
    ABORTIVE_CLOSE(Login.NONE, ConnectionUse.CLOSED_ABORTIVELY),
    HTTP2_SHARED(Login.NONE, ConnectionUse.MULTIPLEXED),
    BASIC_PREEMPTIVE(Login.BASIC_PREEMPTIVE, ConnectionUse.CLOSED_PER_CALL),
    BASIC_PREEMPTIVE_PER_USER(Login.BASIC_PREEMPTIVE, ConnectionUse.KEPT_FOR_USER),
    BASIC_PREEMPTIVE_SHARED(Login.BASIC_PREEMPTIVE, ConnectionUse.SHARED),
    BASIC_CHALLENGED_CLOSE_EXCHANGE(Login.BASIC_CHALLENGED, ConnectionUse.CLOSED_PER_EXCHANGE),
    BASIC_CHALLENGED_CLOSE_CALL(Login.BASIC_CHALLENGED, ConnectionUse.CLOSED_PER_CALL),
    BASIC_CHALLENGED_PER_USER(Login.BASIC_CHALLENGED, ConnectionUse.KEPT_FOR_USER),
    BASIC_CHALLENGED_SHARED(Login.BASIC_CHALLENGED, ConnectionUse.SHARED),
    DIGEST_CLOSE_EXCHANGE(Login.DIGEST, ConnectionUse.CLOSED_PER_EXCHANGE),
    DIGEST_CLOSE_CALL(Login.DIGEST, ConnectionUse.CLOSED_PER_CALL),
    DIGEST_PER_USER(Login.DIGEST, ConnectionUse.KEPT_FOR_USER),
    DIGEST_SHARED(Login.DIGEST, ConnectionUse.SHARED),
    /** NTLM, all three exchanges on one connection: .NET's default for Windows authentication. */
    NTLM_CLOSE_CALL(Login.NTLM, ConnectionUse.CLOSED_PER_CALL),
    NTLM_ABORTIVE_CLOSE(Login.NTLM, ConnectionUse.CLOSED_ABORTIVELY),
    NTLM_PER_USER(Login.NTLM, ConnectionUse.KEPT_FOR_USER),
    /** NTLM, connections logged in once and shared: .NET's {@code UnsafeAuthenticatedConnectionSharing}. */
    NTLM_SHARED(Login.NTLM, ConnectionUse.SHARED);

    private final Login login;
    private final ConnectionUse connections;

    Pattern(Login login, ConnectionUse connections) {
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
            if (pattern.toString().equals(text)) {
                return pattern;
            }
        }
        List<String> names = Arrays.stream(values()).map(Pattern::toString).toList();
        throw new IllegalArgumentException(
                Spelling.suggestion(text, names) + "a pattern is " + String.join(", ", names));
    }

    /** How a caller proves who it is. */
    public Login login() {
        return login;
    }

    /** How long a connection is used. */
    public ConnectionUse connections() {
        return connections;
    }

    Optional<Pattern> with(ConnectionUse other) {
        return Arrays.stream(values())
                .filter(pattern -> pattern.login == login && pattern.connections == other)
                .findFirst();
    }

    /** Whether a virtual user makes several calls, on a connection of its own. */
    public boolean isKeptForUser() {
        return connections == ConnectionUse.KEPT_FOR_USER;
    }

    /** Whether connections are kept beyond a user, for others. */
    public boolean isShared() {
        return connections == ConnectionUse.SHARED || connections == ConnectionUse.MULTIPLEXED;
    }

    /** Exchanges of a call that logs in; of {@link #NTLM_SHARED} those of a call on a connection that is logged in already. */
    public int exchanges() {
        return this == NTLM_SHARED ? 1 : login.exchanges();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
