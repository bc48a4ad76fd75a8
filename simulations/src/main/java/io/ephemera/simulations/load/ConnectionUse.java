package io.ephemera.simulations.load;

/** How long a connection is used, and who closes it. */
public enum ConnectionUse {
    /** Every exchange has a connection of its own, which the client closes. */
    CLOSED_PER_EXCHANGE,
    /** All exchanges of a call have one connection, which the client closes. */
    CLOSED_PER_CALL,
    /** All calls of a virtual user have one connection, which the client closes when the user leaves. */
    KEPT_FOR_USER,
    /** All exchanges of a call have one connection, which the server closes. */
    CLOSED_BY_SERVER,
    /** All exchanges of a call have one connection, which the client ends with a RST. */
    CLOSED_ABORTIVELY,
    /** Connections are kept and shared by all callers. */
    SHARED,
    /** One connection, or a few, are shared by all callers, many requests under way at once: HTTP/2. */
    MULTIPLEXED
}
