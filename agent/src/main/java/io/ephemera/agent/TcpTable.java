package io.ephemera.agent;

import io.ephemera.ports.RemoteEndpoint;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Linux's table of TCP sockets, {@code /proc/net/tcp} and {@code /proc/net/tcp6}. A JVM's connections are mostly in {@code tcp6}, as
 * {@code ::ffff:} mapped addresses, so both are always read; by position, and no more of a row than is asked for, since there may
 * be tens of thousands of rows.
 *
 * <p>The columns, as {@code net/ipv4/tcp_ipv4.c} and {@code net/ipv6/tcp_ipv6.c} print them:
 *
 * <pre>  sl  local_address rem_address   st tx_queue:rx_queue tr:tm-&gt;when retrnsmt   uid  timeout inode …</pre>
 *
 * An address is in 32-bit words of the machine's own byte order, everything else in numbers; all but {@code sl}, {@code uid},
 * {@code timeout} and {@code inode} in hexadecimal. Not listed are sockets that are bound and neither listen nor connect. The kernel
 * takes no lock over the whole table, so a connection that comes or goes while it is read may be missed.
 *
 * @see <a href="https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html">proc_net_tcp</a>
 */
public final class TcpTable {

    /** What a process sees of the network. */
    static final Path OWN_NETWORK = Path.of("/proc/net");

    private static final Pattern SPACES = Pattern.compile(" +");
    private static final int PORT_DIGITS = 4;
    // Of the columns after the state; queues, retransmits, user and timeout are the others.
    private static final int TIMER = 1;
    private static final int INODE = 5;

    // States as in include/net/tcp_states.h.
    private static final int TIME_WAIT = 6;
    private static final int LISTEN = 10;
    /** ESTABLISHED, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT: a connection that was made. */
    private static final Set<Integer> CONNECTED = Set.of(1, 4, 5, 8);
    /** FIN_WAIT1, FIN_WAIT2, LAST_ACK, CLOSING. */
    private static final Set<Integer> CLOSING = Set.of(4, 5, 9, 11);

    private TcpTable() {}

    /**
     * A socket. What the row lacks, or has in another form, is an {@link IllegalArgumentException} or an
     * {@link IndexOutOfBoundsException}.
     */
    public static final class Row {

        private final String line;
        private final int localPort;
        private final int stateAt;
        private final int state;

        /** A line of the table, without its line end. */
        public Row(String line) {
            int localColon = line.indexOf(':', line.indexOf(':') + 1);
            int remoteColon = line.indexOf(':', localColon + 1);
            if (localColon < 0 || remoteColon < 0) {
                throw new IllegalArgumentException("no row of the system's table of sockets: " + line);
            }
            this.line = line;
            localPort = Integer.parseInt(line, localColon + 1, localColon + 1 + PORT_DIGITS, 16);
            stateAt = remoteColon + PORT_DIGITS + 2;
            state = Integer.parseInt(line, stateAt, stateAt + 2, 16);
        }

        /** Its number in {@code include/net/tcp_states.h}. */
        public int state() {
            return state;
        }

        /** Whether it is what is left of a connection. */
        public boolean isInTimeWait() {
            return state == TIME_WAIT;
        }

        /** Whether it is a listener. */
        public boolean isListening() {
            return state == LISTEN;
        }

        /** Whether it is a connection that was made. */
        public boolean isConnected() {
            return CONNECTED.contains(state);
        }

        /** Whether this side has sent its FIN, and waits for what the peer does. */
        public boolean isClosing() {
            return CLOSING.contains(state);
        }

        /** The local port. */
        public int localPort() {
            return localPort;
        }

        /** The local end. */
        public InetSocketAddress local() {
            int remoteColon = stateAt - PORT_DIGITS - 2;
            return new InetSocketAddress(addressBefore(line.lastIndexOf(':', remoteColon - 1)), localPort);
        }

        /** The far end; port 0 for a listener. */
        public RemoteEndpoint remote() {
            int colon = stateAt - PORT_DIGITS - 2;
            return new RemoteEndpoint(addressBefore(colon), Integer.parseInt(line, colon + 1, stateAt - 1, 16));
        }

        /** An IPv4 address in the table of IPv6 comes out as an IPv4 address, as the application sees it. */
        private InetAddress addressBefore(int colon) {
            ByteBuffer address =
                    ByteBuffer.wrap(HexFormat.of().parseHex(line, line.lastIndexOf(' ', colon) + 1, colon));
            if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
                for (int word = 0; word < address.capacity(); word += Integer.BYTES) {
                    address.putInt(word, Integer.reverseBytes(address.getInt(word)));
                }
            }
            try {
                return InetAddress.getByAddress(address.array());
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }

        /** Its timer and what is left of it, {@code tr:tm->when}, in hexadecimal; in 1/100 s (USER_HZ). */
        public String timer() {
            return column(TIMER);
        }

        /** Number of the socket, as in {@code /proc/PID/fd}; 0 if no process has it open. */
        public long inode() {
            return Long.parseLong(column(INODE));
        }

        private String column(int afterState) {
            return SPACES.split(line.substring(stateAt + 3), afterState + 2)[afterState];
        }
    }

    /**
     * Tells of each row.
     *
     * @param network the folder {@code net} of a process under {@code /proc}
     * @throws IOException if there is no such table, or a line of it has another form, which the visitor may be the first to meet
     */
    public static void read(Path network, Consumer<Row> visitor) throws IOException {
        read(network.resolve("tcp").toFile(), visitor);
        Path tcp6 = network.resolve("tcp6");
        if (Files.exists(tcp6)) {
            read(tcp6.toFile(), visitor);
        }
    }

    private static void read(File table, Consumer<Row> visitor) throws IOException {
        // Not Files.newBufferedReader: its channel would be closed by an interrupt of the reading thread.
        try (BufferedReader rows =
                new BufferedReader(new InputStreamReader(new FileInputStream(table), StandardCharsets.US_ASCII))) {
            rows.readLine(); // the names of the columns
            for (String row = rows.readLine(); row != null; row = rows.readLine()) {
                visitor.accept(new Row(row));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException(table + " has a line of another form than this kernel's", e);
        }
    }

    /** As {@link #read}; of nothing where the system has no such table, or the process has ended. */
    public static void forEach(Path network, Consumer<Row> visitor) {
        try {
            read(network, visitor);
        } catch (IOException e) {
            // As said above.
        }
    }
}
