package io.ephemera.simulations.machine;

import java.util.Arrays;
import java.util.Locale;

/** States of a TCP connection, RFC 9293, section 3.3.2; in the order of Linux's {@code include/net/tcp_states.h}. */
public enum TcpState {
    ESTABLISHED,
    SYN_SENT,
    SYN_RECEIVED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    TIME_WAIT,
    CLOSED,
    CLOSE_WAIT,
    LAST_ACK,
    LISTEN,
    CLOSING,
    /** A connection that the platform lists under a name or number that is not understood here. */
    UNKNOWN;

    /** {@code TCP_NEW_SYN_RECV}, the kernel's own name for a SYN-RECEIVED without a socket. */
    private static final int LINUX_NEW_SYN_RECV = 12;

    private static final TcpState[] BY_LINUX_NUMBER = values();

    /** The state of this number in Linux, from 1 on. */
    static TcpState ofLinux(int number) {
        if (number == LINUX_NEW_SYN_RECV) {
            return SYN_RECEIVED;
        }
        return number >= 1 && number <= BY_LINUX_NUMBER.length ? BY_LINUX_NUMBER[number - 1] : UNKNOWN;
    }

    /** The state of this name, as {@code netstat} and {@code ss} write it in English; {@link #UNKNOWN} for any other. */
    static TcpState ofName(String written) {
        String name = written.toUpperCase(Locale.ROOT).replace('-', '_');
        return switch (name) {
            case "SYN_RCVD", "SYN_RECV" -> SYN_RECEIVED;
            case "LISTENING" -> LISTEN;
            case "ESTAB" -> ESTABLISHED;
            case "FIN_WAIT1" -> FIN_WAIT_1;
            case "FIN_WAIT2" -> FIN_WAIT_2;
            case "UNCONN", "CLOSE" -> CLOSED;
            // German Windows, whose netstat without processes tells it by no number.
            case "WARTEND" -> TIME_WAIT;
            default ->
                Arrays.stream(values())
                        .filter(state -> state.name().equals(name))
                        .findFirst()
                        .orElse(UNKNOWN);
        };
    }

    /** Whether a connection in this state keeps its local port from others to the same remote endpoint. */
    boolean holdsPort() {
        return this != LISTEN && this != CLOSED;
    }
}
