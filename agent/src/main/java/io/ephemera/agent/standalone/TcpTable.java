package io.ephemera.agent.standalone;

import io.ephemera.ports.RemoteEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Linux's table of TCP sockets as a process sees it.
 *
 * @see <a href="https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html">proc_net_tcp</a>
 */
final class TcpTable {

    private static final String LISTEN = "0A";
    /** ESTABLISHED, FIN_WAIT1, FIN_WAIT2, CLOSE_WAIT (include/net/tcp_states.h): a connection that was made. */
    private static final Set<String> CONNECTED = Set.of("01", "04", "05", "08");

    /** The state, between a port and the two queues, which are empty then. */
    private static final String IN_TIME_WAIT = " 06 00000000:00000000 ";

    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private TcpTable() {}

    /**
     * A socket that a process has open.
     *
     * @param localPort local port
     * @param remote the far end; port 0 for a listener
     * @param state hexadecimal number of the state
     * @param inode number of the socket, as in {@code /proc/PID/fd}
     */
    record Row(int localPort, RemoteEndpoint remote, String state, String inode) {

        boolean isListening() {
            return state.equals(LISTEN);
        }

        boolean isConnected() {
            return CONNECTED.contains(state);
        }
    }

    /** @param process its folder under {@code /proc} */
    static List<Row> read(Path process) {
        List<Row> rows = new ArrayList<>();
        for (String name : new String[] {"tcp", "tcp6"}) {
            try (var lines = Files.lines(process.resolve("net").resolve(name), StandardCharsets.US_ASCII)) {
                lines.skip(1).forEach(line -> add(line, rows));
            } catch (IOException | java.io.UncheckedIOException e) {
                // A kernel without IPv6 has no second table; a process may have ended.
            }
        }
        return rows;
    }

    static void add(String line, List<Row> rows) {
        // What is in TIME_WAIT belongs to no process any more, and there may be tens of thousands.
        if (line.contains(IN_TIME_WAIT)) {
            return;
        }
        String[] fields = SPACES.split(line.strip(), INODE + 2);
        if (fields.length <= INODE || fields[INODE].equals("0")) {
            return;
        }
        try {
            rows.add(new Row(port(fields[1]), remote(fields[REMOTE]), fields[STATE], fields[INODE]));
        } catch (UnknownHostException | NumberFormatException e) {
            // Not a row of a form that we know.
        }
    }

    private static int port(String endpoint) {
        return Integer.parseInt(endpoint.substring(endpoint.indexOf(':') + 1), 16);
    }

    /** The address is printed as 32-bit words in the machine's byte order. */
    private static RemoteEndpoint remote(String endpoint) throws UnknownHostException {
        int colon = endpoint.indexOf(':');
        byte[] address = new byte[colon / 2];
        boolean little = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
        for (int i = 0; i < address.length; i++) {
            int at = little ? i / 4 * 4 + 3 - i % 4 : i;
            address[at] = (byte) Integer.parseInt(endpoint.substring(2 * i, 2 * i + 2), 16);
        }
        // An IPv4 address in the table of IPv6 comes out as an IPv4 address, as the application sees it.
        return new RemoteEndpoint(InetAddress.getByAddress(address), port(endpoint));
    }
}
