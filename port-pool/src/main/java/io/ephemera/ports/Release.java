package io.ephemera.ports;

/** How a lease ends. Only an active close keeps the port. */
public enum Release {
    /** Our side sent its FIN first: the port stays in TIME_WAIT. */
    ACTIVE_CLOSE,
    /** The peer sent its FIN first: the port is free at once, TIME_WAIT is the peer's. */
    PASSIVE_CLOSE,
    /** The connection ended in a RST, sent or received: the port is free at once. */
    ABORT,
    /** No connection came about (refused, timed out, closed before it was made): the port is free at once. */
    FAILED_CONNECT
}
