package io.ephemera.cli.explain;

import java.util.Locale;

/** What happened. */
enum TextKind {
    /** No ephemeral port was free; the text does not tell what holds them. */
    EXHAUSTION(true),
    EXHAUSTED_BY_TIME_WAIT(true),
    EXHAUSTED_BY_LIVE_CONNECTIONS(true),
    LEAK_IN_CLOSE_WAIT(true),
    /** A gateway on the way has no free port. */
    SNAT(true),
    /** {@code WSAENOBUFS} at a connect. */
    NO_BUFFER_SPACE(true),
    /** A port or an address that was asked for can't be had. */
    EXPLICIT_BIND(false),
    /** Connections, and no failure among them. */
    NOT_EXHAUSTED(false),
    /** Settings of a machine, and no failure. */
    LIMITS(false),
    /** Another failure. */
    OTHER(false),
    UNKNOWN(false);

    private final boolean thisFailure;

    TextKind(boolean thisFailure) {
        this.thisFailure = thisFailure;
    }

    /** Whether it is the failure that this program is about. */
    boolean isThisFailure() {
        return thisFailure;
    }

    /** The kind of this name, as the tables have it. */
    static TextKind parse(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
