package io.ephemera.simulations.machine;

/** States of a TCP connection, RFC 9293, section 3.3.2. */
public enum TcpState {
    ESTABLISHED(1),
    SYN_SENT(2),
    SYN_RECEIVED(3),
    FIN_WAIT_1(4),
    FIN_WAIT_2(5),
    TIME_WAIT(6),
    CLOSED(7),
    CLOSE_WAIT(8),
    LAST_ACK(9),
    LISTEN(10),
    CLOSING(11),
    /** A connection that the platform lists under a name that is not understood here. */
    UNKNOWN(0);

    private static final TcpState[] BY_LINUX_NUMBER = new TcpState[12];

    static {
        for (TcpState state : values()) {
            BY_LINUX_NUMBER[state.linuxNumber] = state;
        }
    }

    private final int linuxNumber;

    TcpState(int linuxNumber) {
        this.linuxNumber = linuxNumber;
    }

    /**
     * The state of this number in Linux's {@code include/net/tcp_states.h}. 12, {@code TCP_NEW_SYN_RECV}, is the kernel's own
     * name for a SYN-RECEIVED without a socket; a number that is not known here is {@link #UNKNOWN}.
     */
    static TcpState ofLinux(int number) {
        if (number == 12) {
            return SYN_RECEIVED;
        }
        return number >= 1 && number < BY_LINUX_NUMBER.length ? BY_LINUX_NUMBER[number] : UNKNOWN;
    }

    /** The state of this name, as {@code netstat} writes it in English; {@link #UNKNOWN} for any other. */
    static TcpState ofName(String name) {
        return switch (name) {
            case "ESTABLISHED" -> ESTABLISHED;
            case "SYN_SENT" -> SYN_SENT;
            case "SYN_RECEIVED", "SYN_RCVD" -> SYN_RECEIVED;
            case "FIN_WAIT_1" -> FIN_WAIT_1;
            case "FIN_WAIT_2" -> FIN_WAIT_2;
            case "TIME_WAIT" -> TIME_WAIT;
            case "CLOSED" -> CLOSED;
            case "CLOSE_WAIT" -> CLOSE_WAIT;
            case "LAST_ACK" -> LAST_ACK;
            case "LISTEN", "LISTENING" -> LISTEN;
            case "CLOSING" -> CLOSING;
            default -> UNKNOWN;
        };
    }

    /** Whether a connection in this state keeps its local port from others to the same remote endpoint. */
    boolean holdsPort() {
        return this != LISTEN && this != CLOSED;
    }
}
