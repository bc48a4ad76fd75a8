package io.ephemera.simulations.load;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How the client uses connections. */
public enum Pattern {
    /** A connection for each call, closed by the client. */
    KEEP_ALIVE_OFF(
            "keep-alive-off",
            1,
            "every call is a new connection that the client closes; each leaves its port in TIME_WAIT"),
    /** Connections are kept, and shared by all callers. */
    KEEP_ALIVE_SHARED(
            "keep-alive-shared", 0, "connections are kept open and shared by all callers; no call leaves a TIME_WAIT"),
    /** A connection for each call, closed by the server. */
    SERVER_CLOSES_FIRST(
            "server-closes-first",
            0,
            "every call is a new connection that the server closes; TIME_WAIT is the server's, the client's port is free");

    private final String text;
    private final double portsPerCall;
    private final String reason;

    Pattern(String text, double portsPerCall, String reason) {
        this.text = text;
        this.portsPerCall = portsPerCall;
        this.reason = reason;
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

    /** Ports that one call leaves in TIME_WAIT. */
    public double portsPerCall() {
        return portsPerCall;
    }

    /** One sentence: why calls of this pattern hold ports, or do not. */
    public String reason() {
        return reason;
    }

    @Override
    public String toString() {
        return text;
    }
}
