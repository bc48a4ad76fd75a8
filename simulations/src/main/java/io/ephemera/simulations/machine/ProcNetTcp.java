package io.ephemera.simulations.machine;

import io.ephemera.agent.TcpTable;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.RemoteEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The connections of this process's network namespace, from Linux's {@linkplain TcpTable table}.
 *
 * <p>The age of an entry in TIME_WAIT is 60 s less the time left, the column {@code tm->when}, which counts in 1/100 s
 * (USER_HZ). It is rounded down to 10 ms and rests on the kernel's tick: with {@code CONFIG_HZ=250} the age that is told lies
 * between 4 ms below and 14 ms above the true one. At 0 an entry can stay for another 2 s, until the kernel's timer wheel
 * comes round.
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

    private final Path network;

    /** @param procRoot holds {@code net/tcp} and, unless the kernel has no IPv6, {@code net/tcp6} */
    ProcNetTcp(Path procRoot) {
        this.network = procRoot.resolve("net");
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

    /**
     * The local ports of all rows: those that connect, listen, or are in TIME_WAIT.
     *
     * @throws IOException if the table can't be read
     */
    public BitSet localPorts() throws IOException {
        BitSet ports = new BitSet();
        forEach(row -> ports.set(row.local().getPort()));
        return ports;
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
        TcpTable.read(network, row -> visitor.accept(connection(row, owners)));
    }

    static TcpConnection connection(TcpTable.Row row, LongFunction<@Nullable String> owners) {
        RemoteEndpoint remote = row.remote();
        return new TcpConnection(
                row.local(),
                new InetSocketAddress(remote.address(), remote.port()),
                TcpState.ofLinux(row.state()),
                timeWaitAgeMillis(row),
                owners.apply(row.inode()));
    }

    /**
     * In steps of 10; 60,000 for one that is due to go. Empty in any other state: an orphan in FIN_WAIT_2 has the same timer, but
     * counts down from {@code tcp_fin_timeout}.
     */
    private static OptionalLong timeWaitAgeMillis(TcpTable.Row row) {
        if (!row.isInTimeWait()) {
            return OptionalLong.empty();
        }
        String timer = row.timer();
        int colon = timer.indexOf(':');
        if (Integer.parseInt(timer, 0, colon, 16) != TIMER_TIME_WAIT) {
            throw new IllegalArgumentException("TIME_WAIT with another timer: " + timer);
        }
        long left = Long.parseLong(timer, colon + 1, timer.length(), 16);
        return OptionalLong.of(TIME_WAIT.toMillis() - MILLIS_PER_USER_TICK * left);
    }
}
