package io.ephemera.ports;

import java.util.Locale;

/** What a caller sees when a platform has no port left. */
public enum Exhaustion {
    /** The call that asks for the port fails: Java throws a {@code BindException}. Every host's own stack. */
    BIND_EXCEPTION,
    /** Nothing fails here: a gateway on the way drops the SYN, and the connect times out. */
    CONNECT_TIMEOUT,
    /** A proxy on the way finds no port, and the caller sees a dropped connection or an HTTP 503. */
    UPSTREAM_FAILURE;

    /**
     * Reads {@code bind-exception}, {@code connect-timeout} or {@code upstream-failure}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static Exhaustion parse(String text) {
        for (Exhaustion exhaustion : values()) {
            if (exhaustion.toString().equals(text.strip().toLowerCase(Locale.ROOT))) {
                return exhaustion;
            }
        }
        throw new IllegalArgumentException(
                "exhaustion is a bind-exception, a connect-timeout or an upstream-failure, not " + text);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
