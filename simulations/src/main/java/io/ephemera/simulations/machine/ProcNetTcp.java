package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/**
 * Linux's table of TCP connections, {@code /proc/net/tcp} and {@code /proc/net/tcp6}, of the network namespace of this
 * process. A JVM's connections are mostly in {@code tcp6}, as {@code ::ffff:} mapped addresses, so both are always read.
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

    private final Path tcp;
    private final Path tcp6;

    private ProcNetTcp(Path procRoot) {
        this.tcp = procRoot.resolve("net/tcp");
        this.tcp6 = procRoot.resolve("net/tcp6");
    }

    /** The tables of this process's network namespace. */
    public static ProcNetTcp here() {
        return under(Path.of("/proc"));
    }

    /**
     * The tables below a root that looks like {@code /proc}.
     *
     * @param procRoot holds {@code net/tcp} and, unless the kernel has no IPv6, {@code net/tcp6}
     */
    static ProcNetTcp under(Path procRoot) {
        return new ProcNetTcp(procRoot);
    }

    /**
     * Counts the connections to one remote endpoint.
     *
     * @param localPorts only connections from these are counted
     * @param remote the remote endpoint, resolved; an IPv4 address is also found in its IPv6-mapped form
     * @param hold how long TIME_WAIT keeps a port from this remote endpoint, above 0; from 60 s on, which no reuse shortens,
     *     every entry in TIME_WAIT counts as held until the kernel has removed it
     * @throws IOException if the table can't be read
     */
    public ConnectionCounts count(PortRange localPorts, InetSocketAddress remote, Duration hold) throws IOException {
        ConnectionCounts.Tally tally = new ConnectionCounts.Tally(hold);
        forEachThatHolds(localPorts, remote, row -> tally.add(row.state(), row.timeWaitAgeMillis()));
        return tally.counts();
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
        forEachThatHolds(localPorts, remote, row -> states.merge(row.state(), 1, Integer::sum));
        return states;
    }

    private void forEachThatHolds(PortRange localPorts, InetSocketAddress remote, Consumer<ProcNetTcpRow> visitor)
            throws IOException {
        forEach(row -> {
            if (localPorts.contains(row.local().getPort())
                    && row.state().holdsPort()
                    && row.remote().equals(remote)) {
                visitor.accept(row);
            }
        });
    }

    /** Visits every row of both tables. */
    void forEach(Consumer<ProcNetTcpRow> visitor) throws IOException {
        read(tcp, visitor);
        if (Files.exists(tcp6)) {
            read(tcp6, visitor);
        }
    }

    private static void read(Path table, Consumer<ProcNetTcpRow> visitor) throws IOException {
        // Not Files.newBufferedReader: its channel would be closed by an interrupt of the reading thread.
        try (BufferedReader rows = new BufferedReader(
                new InputStreamReader(new FileInputStream(table.toFile()), StandardCharsets.US_ASCII))) {
            rows.readLine(); // the names of the columns
            for (String text = rows.readLine(); text != null; text = rows.readLine()) {
                visitor.accept(row(table, text));
            }
        }
    }

    private static ProcNetTcpRow row(Path table, String text) throws IOException {
        try {
            return ProcNetTcpRow.parse(text);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NoSuchElementException e) {
            throw new IOException(table + " has a line of another form than this kernel's", e);
        }
    }
}
