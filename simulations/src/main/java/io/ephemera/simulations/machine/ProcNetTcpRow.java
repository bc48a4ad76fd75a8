package io.ephemera.simulations.machine;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.OptionalLong;
import java.util.StringTokenizer;

/**
 * A row of {@code /proc/net/tcp} or {@code tcp6}. The columns, as {@code net/ipv4/tcp_ipv4.c} and {@code net/ipv6/tcp_ipv6.c}
 * print them:
 *
 * <pre>  sl  local_address rem_address   st tx_queue:rx_queue tr:tm->when retrnsmt   uid  timeout inode …</pre>
 *
 * An address is printed in 32-bit words of the machine's own byte order, everything else as numbers; all but {@code sl},
 * {@code uid}, {@code timeout} and {@code inode} in hexadecimal.
 *
 * @param timerMillis milliseconds until the timer of this entry is due, whatever it is for, in steps of 10
 * @param inode the socket's inode, 0 where no process has the socket any more
 */
record ProcNetTcpRow(InetSocketAddress local, InetSocketAddress remote, TcpState state, long timerMillis, long inode) {

    /** What the column {@code tr} has for TIME_WAIT, {@code get_timewait4_sock}. */
    private static final int TIMER_TIME_WAIT = 3;

    /** {@code USER_HZ} is 100 on every architecture that Java runs on, {@code include/asm-generic/param.h}. */
    private static final int MILLIS_PER_USER_TICK = 10;

    /**
     * Reads a row.
     *
     * @throws IllegalArgumentException or {@link java.util.NoSuchElementException} if it has another form
     */
    static ProcNetTcpRow parse(String row) {
        StringTokenizer columns = new StringTokenizer(row, " ");
        columns.nextToken(); // sl
        InetSocketAddress local = endpoint(columns.nextToken());
        InetSocketAddress remote = endpoint(columns.nextToken());
        TcpState state = TcpState.ofLinux(Integer.parseInt(columns.nextToken(), 16));
        columns.nextToken(); // tx_queue:rx_queue
        String timer = columns.nextToken();
        int colon = timer.indexOf(':');
        if (state == TcpState.TIME_WAIT && Integer.parseInt(timer, 0, colon, 16) != TIMER_TIME_WAIT) {
            throw new IllegalArgumentException("TIME_WAIT with another timer: " + timer);
        }
        long timerMillis = MILLIS_PER_USER_TICK * Long.parseLong(timer, colon + 1, timer.length(), 16);
        columns.nextToken(); // retrnsmt
        columns.nextToken(); // uid
        columns.nextToken(); // timeout
        return new ProcNetTcpRow(local, remote, state, timerMillis, Long.parseLong(columns.nextToken()));
    }

    private static InetSocketAddress endpoint(String text) {
        int colon = text.indexOf(':');
        ByteBuffer address = ByteBuffer.wrap(HexFormat.of().parseHex(text, 0, colon));
        if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            for (int word = 0; word < address.capacity(); word += Integer.BYTES) {
                address.putInt(word, Integer.reverseBytes(address.getInt(word)));
            }
        }
        try {
            // Makes an Inet4Address of a mapped one.
            return new InetSocketAddress(
                    InetAddress.getByAddress(address.array()), Integer.parseInt(text, colon + 1, text.length(), 16));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /**
     * Milliseconds since TIME_WAIT began, in steps of 10; 60,000 for one that is due to go. Empty in any other state: an orphan in
     * FIN_WAIT_2 has the same timer, but counts down from {@code tcp_fin_timeout}.
     */
    OptionalLong timeWaitAgeMillis() {
        return state == TcpState.TIME_WAIT
                ? OptionalLong.of(ProcNetTcp.TIME_WAIT.toMillis() - timerMillis)
                : OptionalLong.empty();
    }
}
