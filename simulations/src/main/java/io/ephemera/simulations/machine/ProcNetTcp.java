package io.ephemera.simulations.machine;

import io.ephemera.ports.PortRange;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Linux's table of TCP connections, {@code /proc/net/tcp} and {@code /proc/net/tcp6}, of the network namespace of this
 * process. A JVM's connections are mostly in {@code tcp6}, as {@code ::ffff:} mapped addresses, so both are always read.
 *
 * <p>The age of an entry in TIME_WAIT is 60 s less the time left, the column {@code tm->when}, which counts in 1/100 s
 * (USER_HZ). It is rounded down to 10 ms and rests on the kernel's tick: with {@code CONFIG_HZ=250} the age that is told lies
 * between 4 ms below and 14 ms above the true one. At 0 an entry can stay for another 2 s, until the kernel's timer wheel
 * comes round. Not listed at all are sockets that are bound and neither listen nor connect.
 *
 * <p>A count allocates next to nothing, however long the table: it may run beside a load. The kernel takes no lock over the
 * whole table, so a connection that comes or goes while it is read may be missed. Not for use by several threads at once.
 */
public final class ProcNetTcp {

    /**
     * How long Linux keeps TIME_WAIT: {@code TCP_TIMEWAIT_LEN}, {@code 60*HZ}, in {@code include/net/tcp.h}. No sysctl changes
     * it.
     */
    public static final Duration TIME_WAIT = Duration.ofSeconds(60);

    private final Path tcp;
    private final Path tcp6;
    private final byte[] buffer = new byte[8192];

    private ProcNetTcp(Path tcp, Path tcp6) {
        this.tcp = tcp;
        this.tcp6 = tcp6;
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
    public static ProcNetTcp under(Path procRoot) {
        return new ProcNetTcp(procRoot.resolve("net/tcp"), procRoot.resolve("net/tcp6"));
    }

    /**
     * Counts the connections to one remote endpoint.
     *
     * @param localPorts only connections from these are counted
     * @param remote the remote endpoint, resolved; an IPv4 address is also found in its IPv6-mapped form
     * @param hold how long TIME_WAIT keeps a port from this remote endpoint, above 0; from 60 s on, which no reuse shortens,
     *     every entry in TIME_WAIT counts as held until the kernel has removed it
     * @throws IOException if the table can't be read
     * @throws IllegalArgumentException if {@code remote} is unresolved or {@code hold} is not above 0
     */
    public ConnectionCounts count(PortRange localPorts, InetSocketAddress remote, Duration hold) throws IOException {
        if (remote.isUnresolved()) {
            throw new IllegalArgumentException("the remote endpoint must be resolved, not " + remote);
        }
        return counted(localPorts, ProcNetTcpLine.Remote.of(remote), hold);
    }

    /**
     * Counts the connections to all remote endpoints together.
     *
     * @param localPorts only connections from these are counted
     * @param hold as in {@link #count(PortRange, InetSocketAddress, Duration)}
     * @throws IOException if the table can't be read
     * @throws IllegalArgumentException if {@code hold} is not above 0
     */
    public ConnectionCounts count(PortRange localPorts, Duration hold) throws IOException {
        return counted(localPorts, null, hold);
    }

    private ConnectionCounts counted(PortRange localPorts, ProcNetTcpLine.@Nullable Remote remote, Duration hold)
            throws IOException {
        if (hold.isZero() || hold.isNegative()) {
            throw new IllegalArgumentException("the hold must be above 0, not " + hold);
        }
        Counter counter = new Counter(localPorts, remote, hold);
        forEach(counter);
        return counter.counts();
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
        ProcNetTcpLine.Remote wanted = ProcNetTcpLine.Remote.of(remote);
        forEach(line -> {
            if (localPorts.contains(line.localPort())
                    && line.isTo(wanted)
                    && line.state().holdsPort()) {
                states.merge(line.state(), 1, Integer::sum);
            }
        });
        return states;
    }

    /** The age from which an entry may be used again; none is where only its removal gives the port back. */
    static long holdMillis(Duration hold) {
        return hold.compareTo(TIME_WAIT) >= 0 ? Long.MAX_VALUE : Math.max(1, hold.toMillis());
    }

    /** Visits every line of both tables. */
    void forEach(Visitor visitor) throws IOException {
        read(tcp, visitor);
        if (Files.exists(tcp6)) {
            read(tcp6, visitor);
        }
    }

    private void read(Path file, Visitor visitor) throws IOException {
        ProcNetTcpLine line = new ProcNetTcpLine(buffer);
        // Not Files.newInputStream: its channel would be closed by an interrupt of the reading thread.
        try (InputStream in = new FileInputStream(file.toFile())) {
            int filled = 0;
            boolean header = true;
            int read = in.read(buffer, 0, buffer.length);
            while (read > 0) {
                filled += read;
                int start = 0;
                for (int end = lineEnd(start, filled); end >= 0; end = lineEnd(start, filled)) {
                    if (!header) {
                        line.parse(file, start, end);
                        visitor.visit(line);
                    }
                    header = false;
                    start = end + 1;
                }
                System.arraycopy(buffer, start, buffer, 0, filled - start);
                filled -= start;
                if (filled == buffer.length) {
                    throw new IOException(file + ": a line of more than " + buffer.length + " bytes");
                }
                read = in.read(buffer, filled, buffer.length - filled);
            }
        }
    }

    private int lineEnd(int from, int to) {
        for (int i = from; i < to; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Sees each line; the object is the same every time and valid during the call only. */
    interface Visitor {

        void visit(ProcNetTcpLine line) throws IOException;
    }

    private static final class Counter implements Visitor {

        private final PortRange localPorts;
        private final ProcNetTcpLine.@Nullable Remote remote;
        private final long holdMillis;
        private int live;
        private int finWait2;
        private int held;
        private int reusable;

        Counter(PortRange localPorts, ProcNetTcpLine.@Nullable Remote remote, Duration hold) {
            this.localPorts = localPorts;
            this.remote = remote;
            this.holdMillis = holdMillis(hold);
        }

        @Override
        public void visit(ProcNetTcpLine line) {
            if (!localPorts.contains(line.localPort()) || !line.state().holdsPort()) {
                return;
            }
            if (remote != null && !line.isTo(remote)) {
                return;
            }
            if (!line.isTimeWait()) {
                live++;
                finWait2 += line.state() == TcpState.FIN_WAIT_2 ? 1 : 0;
            } else if (line.timeWaitAgeMillis() < holdMillis) {
                held++;
            } else {
                reusable++;
            }
        }

        ConnectionCounts counts() {
            return new ConnectionCounts(live, held, reusable, finWait2);
        }
    }
}
