package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import java.io.BufferedReader;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Linux's table of TCP connections, {@code /proc/net/tcp} and {@code /proc/net/tcp6}, of the network namespace of this
 * process. A JVM's connections are mostly in {@code tcp6}, as {@code ::ffff:} mapped addresses, so both are always read.
 *
 * <p>The columns, as {@code net/ipv4/tcp_ipv4.c} and {@code net/ipv6/tcp_ipv6.c} print them:
 *
 * <pre>  sl  local_address rem_address   st tx_queue:rx_queue tr:tm->when retrnsmt   uid  timeout inode …</pre>
 *
 * An address is in 32-bit words of the machine's own byte order, everything else in numbers; all but {@code sl}, {@code uid},
 * {@code timeout} and {@code inode} in hexadecimal.
 *
 * <p>The age of an entry in TIME_WAIT is 60 s less the time left, the column {@code tm->when}, which counts in 1/100 s
 * (USER_HZ). It is rounded down to 10 ms and rests on the kernel's tick: with {@code CONFIG_HZ=250} the age that is told lies
 * between 4 ms below and 14 ms above the true one. At 0 an entry can stay for another 2 s, until the kernel's timer wheel
 * comes round. Not listed at all are sockets that are bound and neither listen nor connect.
 *
 * <p>The kernel takes no lock over the whole table, so a connection that comes or goes while it is read may be missed.
 */
public final class ProcNetTcp {

    /**
     * How long Linux keeps TIME_WAIT: {@code TCP_TIMEWAIT_LEN}, {@code 60*HZ}, in {@code include/net/tcp.h}. No sysctl changes
     * it.
     */
    public static final Duration TIME_WAIT = Duration.ofSeconds(60);

    /** What the column {@code tr} has for TIME_WAIT, {@code get_timewait4_sock}. */
    private static final int TIMER_TIME_WAIT = 3;

    /** {@code USER_HZ} is 100 on every architecture that Java runs on, {@code include/asm-generic/param.h}. */
    private static final int MILLIS_PER_USER_TICK = 10;

    private final Path tcp;
    private final Path tcp6;

    /** @param procRoot holds {@code net/tcp} and, unless the kernel has no IPv6, {@code net/tcp6} */
    ProcNetTcp(Path procRoot) {
        this.tcp = procRoot.resolve("net/tcp");
        this.tcp6 = procRoot.resolve("net/tcp6");
    }

    /** The tables of this process's network namespace. */
    public static ProcNetTcp here() {
        return new ProcNetTcp(Path.of("/proc"));
    }

    /**
     * Counts the connections to some remote endpoints.
     *
     * @param localPorts only connections from these are counted
     * @param remotes the remote endpoints, resolved; an IPv4 address is also found in its IPv6-mapped form
     * @param hold how long TIME_WAIT keeps a port from these, above 0; from 60 s on, which no reuse shortens,
     *     every entry in TIME_WAIT counts as held until the kernel has removed it
     * @throws IOException if the table can't be read
     */
    public ConnectionCounts count(PortRange localPorts, Set<InetSocketAddress> remotes, Duration hold)
            throws IOException {
        return ConnectionCounts.of(thoseThatHold(localPorts, remotes), hold);
    }

    /**
     * Counts the connections to one remote endpoint by their state; those in TIME_WAIT of every age.
     *
     * @param localPorts only connections from these are counted
     * @param remote the remote endpoint, resolved; an IPv4 address is also found in its IPv6-mapped form
     * @throws IOException if the table can't be read
     */
    public Map<TcpState, Integer> states(PortRange localPorts, InetSocketAddress remote) throws IOException {
        Map<TcpState, Integer> states = new EnumMap<>(TcpState.class);
        thoseThatHold(localPorts, Set.of(remote)).forEach(row -> states.merge(row.state(), 1, Integer::sum));
        return states;
    }

    private List<TcpConnection> thoseThatHold(PortRange localPorts, Set<InetSocketAddress> remotes) throws IOException {
        List<TcpConnection> found = new ArrayList<>();
        forEach(row -> {
            if (localPorts.contains(row.local().getPort())
                    && row.state().holdsPort()
                    && remotes.contains(row.remote())) {
                found.add(row);
            }
        });
        return found;
    }

    /** Visits every row of both tables; nobody's owner is told. */
    void forEach(Consumer<TcpConnection> visitor) throws IOException {
        forEach(inode -> null, visitor);
    }

    /** @param owners who has the socket of an inode; 0 is the inode where no process has the socket any more */
    void forEach(LongFunction<@Nullable String> owners, Consumer<TcpConnection> visitor) throws IOException {
        read(tcp, owners, visitor);
        if (Files.exists(tcp6)) {
            read(tcp6, owners, visitor);
        }
    }

    private static void read(Path table, LongFunction<@Nullable String> owners, Consumer<TcpConnection> visitor)
            throws IOException {
        // Not Files.newBufferedReader: its channel would be closed by an interrupt of the reading thread.
        try (BufferedReader rows = new BufferedReader(
                new InputStreamReader(new FileInputStream(table.toFile()), StandardCharsets.US_ASCII))) {
            rows.readLine(); // the names of the columns
            for (String row = rows.readLine(); row != null; row = rows.readLine()) {
                visitor.accept(connection(row, owners));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NoSuchElementException e) {
            throw new IOException(table + " has a line of another form than this kernel's", e);
        }
    }

    static TcpConnection connection(String row, LongFunction<@Nullable String> owners) {
        StringTokenizer columns = new StringTokenizer(row, " ");
        columns.nextToken(); // sl
        InetSocketAddress local = endpoint(columns.nextToken());
        InetSocketAddress remote = endpoint(columns.nextToken());
        TcpState state = TcpState.ofLinux(Integer.parseInt(columns.nextToken(), 16));
        columns.nextToken(); // tx_queue:rx_queue
        String timer = columns.nextToken();
        columns.nextToken(); // retrnsmt
        columns.nextToken(); // uid
        columns.nextToken(); // timeout
        String owner = owners.apply(Long.parseLong(columns.nextToken()));
        return new TcpConnection(local, remote, state, timeWaitAgeMillis(state, timer), owner);
    }

    /**
     * In steps of 10; 60,000 for one that is due to go. Empty in any other state: an orphan in FIN_WAIT_2 has the same timer, but
     * counts down from {@code tcp_fin_timeout}.
     */
    private static OptionalLong timeWaitAgeMillis(TcpState state, String timer) {
        if (state != TcpState.TIME_WAIT) {
            return OptionalLong.empty();
        }
        int colon = timer.indexOf(':');
        if (Integer.parseInt(timer, 0, colon, 16) != TIMER_TIME_WAIT) {
            throw new IllegalArgumentException("TIME_WAIT with another timer: " + timer);
        }
        long left = Long.parseLong(timer, colon + 1, timer.length(), 16);
        return OptionalLong.of(TIME_WAIT.toMillis() - MILLIS_PER_USER_TICK * left);
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
}
