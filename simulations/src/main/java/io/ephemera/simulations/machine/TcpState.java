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
    CLOSING(11);

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
     * name for a SYN-RECEIVED without a socket; a number that is not known here is taken for a live connection.
     */
    static TcpState ofLinux(int number) {
        if (number == 12) {
            return SYN_RECEIVED;
        }
        return number >= 1 && number < BY_LINUX_NUMBER.length ? BY_LINUX_NUMBER[number] : ESTABLISHED;
    }
}
