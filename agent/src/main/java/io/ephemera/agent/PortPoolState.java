package io.ephemera.agent;

/**
 * Suppressed in the exception of a refused connection, for its stack trace to print: which ports, what holds them, when the
 * next one comes back. It was made where that exception was, so it needs no trace of its own.
 */
final class PortPoolState extends Exception {

    private static final long serialVersionUID = 1L;

    PortPoolState(String message) {
        super(message, null, false, false);
    }
}
