package io.ephemera.simulations.machine;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One line of {@code /proc/net/tcp} or {@code tcp6}, read where it lies in the buffer. The columns, as {@code
 * net/ipv4/tcp_ipv4.c} and {@code net/ipv6/tcp_ipv6.c} print them:
 *
 * <pre>  sl  local_address rem_address   st tx_queue:rx_queue tr:tm->when retrnsmt   uid  timeout inode …</pre>
 *
 * An address is printed in 32-bit words of the machine's own byte order, everything else as numbers; all but {@code sl},
 * {@code uid}, {@code timeout} and {@code inode} in hexadecimal.
 */
final class ProcNetTcpLine {

    /** What the column {@code tr} has for TIME_WAIT, {@code get_timewait4_sock}. */
    private static final int TIMER_TIME_WAIT = 3;

    /** {@code USER_HZ} is 100 on every architecture that Java runs on, {@code include/asm-generic/param.h}. */
    private static final int MILLIS_PER_USER_TICK = 10;

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private final byte[] buffer;
    private Path file = Path.of("");
    private int position;
    private int end;

    private int localAddress;
    private int addressDigits;
    private int localPort;
    private int remoteAddress;
    private int remotePort;
    private TcpState state = TcpState.CLOSED;
    private long when;
    private long inode;

    ProcNetTcpLine(byte[] buffer) {
        this.buffer = buffer;
    }

    /** Reads the line from {@code start} to {@code end}, which excludes the line feed. */
    void parse(Path from, int start, int lineEnd) throws IOException {
        file = from;
        position = start;
        end = lineEnd;
        skipField(); // sl
        localAddress = nextField();
        skipAddress();
        addressDigits = position - 1 - localAddress;
        localPort = (int) hex();
        remoteAddress = nextField();
        skipAddress();
        remotePort = (int) hex();
        nextField();
        state = TcpState.ofLinux((int) hex());
        skipField(); // tx_queue:rx_queue
        nextField();
        long timer = hex();
        position++;
        when = hex();
        if (state == TcpState.TIME_WAIT && timer != TIMER_TIME_WAIT) {
            throw malformed();
        }
        skipField(); // retrnsmt
        skipField(); // uid
        skipField(); // timeout
        nextField();
        inode = decimal();
    }

    int localPort() {
        return localPort;
    }

    int remotePort() {
        return remotePort;
    }

    TcpState state() {
        return state;
    }

    /** The socket's inode, 0 where no process has the socket any more. */
    long inode() {
        return inode;
    }

    boolean isTimeWait() {
        return state == TcpState.TIME_WAIT;
    }

    /**
     * Milliseconds since TIME_WAIT began, in steps of 10; 60,000 for one that is due to go. For an entry in TIME_WAIT only: an
     * orphan in FIN_WAIT_2 has the same timer, but counts down from {@code tcp_fin_timeout}.
     *
     * @throws IllegalStateException if the entry is not in TIME_WAIT
     */
    long timeWaitAgeMillis() {
        if (!isTimeWait()) {
            throw new IllegalStateException("an entry in " + state + " has no age");
        }
        return ProcNetTcp.TIME_WAIT.toMillis() - timerMillis();
    }

    /** Milliseconds until the timer of this entry is due, whatever it is for, in steps of 10. */
    long timerMillis() {
        return when * MILLIS_PER_USER_TICK;
    }

    boolean isTo(Remote remote) {
        return remotePort == remote.port && isAt(remoteAddress, addressDigits == 8 ? remote.digits4 : remote.digits6);
    }

    InetSocketAddress local() throws IOException {
        return new InetSocketAddress(address(localAddress), localPort);
    }

    InetSocketAddress remote() throws IOException {
        return new InetSocketAddress(address(remoteAddress), remotePort);
    }

    private InetAddress address(int at) throws IOException {
        byte[] bytes = new byte[addressDigits / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[printedAt(i)] = (byte) (digit(buffer[at + 2 * i]) << 4 | digit(buffer[at + 2 * i + 1]));
        }
        try {
            return InetAddress.getByAddress(bytes); // makes an Inet4Address of a mapped one
        } catch (UnknownHostException e) {
            throw malformed();
        }
    }

    /** Which byte of the address is printed in place {@code i}: words of four bytes in the machine's own order. */
    private static int printedAt(int i) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? i ^ 3 : i;
    }

    private boolean isAt(int start, byte[] digits) {
        for (int i = 0; i < digits.length; i++) {
            if (buffer[start + i] != digits[i]) {
                return false;
            }
        }
        return digits.length == addressDigits;
    }

    private int nextField() throws IOException {
        while (position < end && buffer[position] == ' ') {
            position++;
        }
        if (position == end) {
            throw malformed();
        }
        return position;
    }

    private void skipField() throws IOException {
        nextField();
        while (position < end && buffer[position] != ' ') {
            position++;
        }
    }

    private void skipAddress() throws IOException {
        int start = position;
        while (position < end && buffer[position] != ':') {
            position++;
        }
        int digits = position - start;
        if (digits != 8 && digits != 32) {
            throw malformed();
        }
        position++;
    }

    private long hex() throws IOException {
        long value = 0;
        int start = position;
        while (position < end && digit(buffer[position]) >= 0) {
            value = value << 4 | digit(buffer[position++]);
        }
        if (position == start) {
            throw malformed();
        }
        return value;
    }

    private long decimal() throws IOException {
        long value = 0;
        int start = position;
        while (position < end && buffer[position] >= '0' && buffer[position] <= '9') {
            value = value * 10 + (buffer[position++] - '0');
        }
        if (position == start) {
            throw malformed();
        }
        return value;
    }

    private static int digit(byte character) {
        return Character.digit(character, 16);
    }

    private IOException malformed() {
        return new IOException(file + " has a line of another form than this kernel's");
    }

    /** A remote endpoint as the tables print it. */
    static final class Remote {

        private final int port;
        private final byte[] digits4;
        private final byte[] digits6;

        private Remote(int port, byte[] digits4, byte[] digits6) {
            this.port = port;
            this.digits4 = digits4;
            this.digits6 = digits6;
        }

        static Remote of(InetSocketAddress endpoint) {
            byte[] address = endpoint.getAddress().getAddress();
            if (!(endpoint.getAddress() instanceof Inet4Address)) {
                return new Remote(endpoint.getPort(), new byte[0], digits(address));
            }
            byte[] mapped = new byte[16];
            mapped[10] = (byte) 0xff;
            mapped[11] = (byte) 0xff;
            System.arraycopy(address, 0, mapped, 12, 4);
            return new Remote(endpoint.getPort(), digits(address), digits(mapped));
        }

        private static byte[] digits(byte[] address) {
            byte[] digits = new byte[address.length * 2];
            for (int i = 0; i < address.length; i++) {
                byte printed = address[printedAt(i)];
                digits[2 * i] = HEX[printed >> 4 & 0xf];
                digits[2 * i + 1] = HEX[printed & 0xf];
            }
            return digits;
        }
    }
}
