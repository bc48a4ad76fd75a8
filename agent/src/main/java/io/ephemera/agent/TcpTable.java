package io.ephemera.agent;

import io.ephemera.ports.RemoteEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Linux's table of TCP sockets. It is read by position, and no more of a row than is asked for, since there may be tens of
 * thousands of rows.
 *
 * @see <a href="https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html">proc_net_tcp</a>
 */
public final class TcpTable {

    /** What a process sees of the network. */
    static final Path OWN_NETWORK = Path.of("/proc/net");

    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final int PORT_DIGITS = 4;
    /** Of the columns after the state: queues, timer, retransmits, user and timeout come before. */
    private static final int INODE = 5;

    // States as in include/net/tcp_states.h.
    private static final String TIME_WAIT = "06";
    private static final String LISTEN = "0A";
    /** ESTABLISHED, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT: a connection that was made. */
    private static final Set<String> CONNECTED = Set.of("01", "04", "05", "08");
    /** FIN_WAIT1, FIN_WAIT2, LAST_ACK, CLOSING. */
    private static final Set<String> CLOSING = Set.of("04", "05", "09", "0B");

    private TcpTable() {}

    /**
     * A socket.
     *
     * @param line the whole row: its number, local address:port, remote address:port, state and more, all but the number in
     *     hexadecimal
     * @param localPort local port
     * @param stateAt where in the line the state begins
     */
    public record Row(String line, int localPort, int stateAt) {

        private String state() {
            return line.substring(stateAt, stateAt + 2);
        }

        /** Whether it is what is left of a connection. */
        public boolean isInTimeWait() {
            return state().equals(TIME_WAIT);
        }

        /** Whether it accepts connections. */
        public boolean isListening() {
            return state().equals(LISTEN);
        }

        /** Whether it is a connection that was made, and not closed by this side before the peer. */
        public boolean isConnected() {
            return CONNECTED.contains(state());
        }

        /** Whether this side has sent its FIN, and waits for what the peer does. */
        public boolean isClosing() {
            return CLOSING.contains(state());
        }

        /** Number of the socket, as in {@code /proc/PID/fd}; 0 if no process has it open. */
        public String inode() {
            String[] columns = SPACES.split(line.substring(stateAt + 3), INODE + 2);
            return columns.length > INODE ? columns[INODE] : "0";
        }

        /** The far end; port 0 for a listener. */
        public RemoteEndpoint remote() {
            int end = stateAt - 1;
            int colon = end - PORT_DIGITS - 1;
            String address = line.substring(line.lastIndexOf(' ', colon) + 1, colon);
            try {
                // An IPv4 address in the table of IPv6 comes out as an IPv4 address, as the application sees it.
                return new RemoteEndpoint(
                        InetAddress.getByAddress(bytes(address)), Integer.parseInt(line, colon + 1, end, 16));
            } catch (UnknownHostException e) {
                throw new IllegalStateException("no row of the system's table of sockets: " + line, e);
            }
        }

        /** The address is printed as 32-bit words in the machine's byte order. */
        private static byte[] bytes(String address) {
            byte[] bytes = new byte[address.length() / 2];
            boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
            for (int i = 0; i < bytes.length; i++) {
                int at = little ? i / 4 * 4 + 3 - i % 4 : i;
                bytes[at] = (byte) Integer.parseInt(address, 2 * i, 2 * i + 2, 16);
            }
            return bytes;
        }
    }

    /**
     * Tells of each row; of none where the system has no such table.
     *
     * @param network the folder {@code net} of a process under {@code /proc}
     */
    public static void forEach(Path network, Consumer<Row> each) {
        for (String name : new String[] {"tcp", "tcp6"}) {
            try (Stream<String> lines = Files.lines(network.resolve(name), StandardCharsets.US_ASCII)) {
                lines.skip(1).forEach(line -> {
                    Row row = row(line);
                    if (row != null) {
                        each.accept(row);
                    }
                });
            } catch (IOException | UncheckedIOException e) {
                // A kernel without IPv6 has no second table; a process may have ended.
            }
        }
    }

    static @Nullable Row row(String line) {
        int local = line.indexOf(':', line.indexOf(':') + 1);
        int remote = line.indexOf(':', local + 1);
        int state = remote + PORT_DIGITS + 2;
        if (local < 0 || remote < local || state + 2 > line.length()) {
            return null;
        }
        return new Row(line, Integer.parseInt(line, local + 1, local + 1 + PORT_DIGITS, 16), state);
    }
}
