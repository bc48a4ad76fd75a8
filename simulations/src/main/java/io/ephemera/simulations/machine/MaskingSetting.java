package io.ephemera.simulations.machine;

/**
 * Something about this machine that hides the failure.
 *
 * @param setting the setting with its value, for example {@code tcp_tw_reuse=2}
 * @param reach which connections it hides it for
 * @param removesLimit whether ports never run out in TIME_WAIT; otherwise they run out at another rate
 * @param words what it does, in plain words with figures
 */
public record MaskingSetting(String setting, Reach reach, boolean removesLimit, String words) {

    /** For which connections a failure is hidden. */
    public enum Reach {
        /** Connections to a loopback address: 127.0.0.0/8, ::1. Not to another address of the same machine. */
        LOOPBACK,
        /** Connections to every destination. */
        EVERYWHERE,
        /** Connections of clients that bind to port 0 with {@code SO_REUSEADDR} before they connect. */
        BIND_BEFORE_CONNECT
    }
}
