package io.ephemera.agent;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.RemoteEndpoint;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Binds a socket to the port of its lease. The pool may have that port free while the system still has the TIME_WAIT of the
 * connection before, so the bind needs {@code SO_REUSEADDR}. It is switched on for that only: a live socket without it is one
 * that another process can't share, governed or not.
 *
 * <p>On Linux the first bind of a port decides for all that share it (its bucket's {@code fastreuse}), so a port that may be
 * untouched is first bound without the option.
 */
final class PortBinder {

    /** Linux's TIME_WAIT (TCP_TIMEWAIT_LEN), less a second. */
    private static final long SYSTEM_TIME_WAIT_NANOS = TimeUnit.SECONDS.toNanos(59);

    private static final int FIRST_STAND_IN = 61_000;

    /** Ports that may stand in for others: above those that Linux gives out by itself ({@code ip_local_port_range}, to 60999). */
    private static final int STAND_INS = 65_536 - FIRST_STAND_IN;

    /**
     * A port that was closed fewer closes ago than this is not connected again yet: its peer, which may not have had its turn, has to
     * close too before the system takes the connection for one that is over. Closes, not time, so it holds on a slow machine.
     */
    private static final long REST_CLOSES = 1_024;

    private static final long LIVE = Long.MAX_VALUE;
    private static final ThreadLocal<Boolean> PROBING = new ThreadLocal<>();

    private final Jdk jdk;
    private final AtomicLong closes = new AtomicLong(REST_CLOSES);
    /** By port, how many closes there were when it was closed last; 0 before the first, {@link #LIVE} while it is not. */
    private final AtomicLongArray closedAt = new AtomicLongArray(65_536);

    private final AtomicLong standIns = new AtomicLong();
    private final SystemSockets system = new SystemSockets();
    /** By port, when the latest close that left a TIME_WAIT of the system's was; 0 before the first. */
    private final AtomicLongArray activelyClosedNanos = new AtomicLongArray(65_536);

    /** Live connections that took their port from an earlier pool, by port: the present pool does not know them. */
    private final Map<Integer, Integer> liveOfEarlierPools = new ConcurrentHashMap<>();

    PortBinder(Jdk jdk) {
        this.jdk = jdk;
    }

    /** Before connections come under the first pool: what others hold is looked at now, and not while one of them waits for it. */
    void prepare(PortRange range) {
        if (range.firstPort() < 1024) {
            throw new IllegalArgumentException(
                    "ports below 1024 need privileges: the range must begin at 1024 or above, not " + range);
        }
        system.look();
    }

    /**
     * Binds.
     *
     * @param shared whether live connections of this JVM may have the port already, towards other destinations
     * @return {@code null}, or the system's refusal if another process holds the port
     * @throws IOException if the bind fails for another reason
     */
    @Nullable
    BindException bind(ProtocolFamily family, FileDescriptor fd, InetAddress local, int port, boolean shared)
            throws IOException {
        if (liveOfEarlierPools.containsKey(port)) {
            // What may be bound again could be bound beside such a connection, and the connect would fail.
            return new BindException("local port " + port + " has a connection that took it from an earlier pool");
        }
        if (shared) {
            jdk.reusePort(fd, true);
        }
        BindException refusal = null;
        if (shared || !isInOurTimeWait(port)) {
            refusal = tryBind(family, fd, local, port);
            if (refusal == null || shared || !system.onlyTimeWait(port)) {
                return refusal;
            }
        }
        boolean asSet = jdk.reusesPort(fd);
        jdk.reusePort(fd, true);
        try {
            return tryBind(family, fd, local, port);
        } finally {
            jdk.reusePort(fd, asSet);
        }
    }

    private @Nullable BindException tryBind(ProtocolFamily family, FileDescriptor fd, InetAddress local, int port)
            throws IOException {
        try {
            jdk.bind(family, fd, local, port);
            return null;
        } catch (BindException e) {
            if (!local.isAnyLocalAddress() && !isLocal(local)) {
                throw e;
            }
            return e;
        }
    }

    /** The JDK has one exception for an address that is in use and for one that is not this machine's. */
    private static boolean isLocal(InetAddress address) {
        try (ServerSocket probe = new ServerSocket(0, 1, address)) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The system has one error for a connection that exists and for a destination that it has no address for, such as {@code
     * ::1} where IPv6 is off. Connecting a UDP socket asks for the address only and sends nothing.
     */
    boolean hasSourceAddressFor(RemoteEndpoint remote) {
        PROBING.set(Boolean.TRUE);
        try (DatagramChannel probe = DatagramChannel.open()) {
            return probe.connect(new InetSocketAddress(remote.address(), remote.port()))
                    .isConnected();
        } catch (IOException e) {
            return false;
        } finally {
            PROBING.remove();
        }
    }

    /** Whether this thread makes a socket of the hook's own, and not the application's. */
    static boolean isProbing() {
        return PROBING.get() != null;
    }

    void begun(int port) {
        closedAt.set(port, LIVE);
    }

    void closed(int port) {
        closedAt.set(port, closes.incrementAndGet());
    }

    /** Whether so many others were closed since the port was that its peer has closed it too. */
    boolean isRested(int port) {
        long at = closedAt.get(port);
        return at != LIVE && closes.get() - at >= REST_CLOSES;
    }

    /**
     * Binds a real port that is none of the pool's in place of one that can't be had.
     *
     * @return the port
     * @throws IOException if the bind fails for another reason than a port that is in use
     */
    int bindStandIn(ProtocolFamily family, FileDescriptor fd, InetAddress local, boolean shared) throws IOException {
        for (int tries = 0; tries < STAND_INS; tries++) {
            int port = FIRST_STAND_IN + (int) (standIns.getAndIncrement() % STAND_INS);
            if (isRested(port) && bind(family, fd, local, port, shared) == null) {
                return port;
            }
        }
        jdk.bind(family, fd, local, 0);
        return jdk.localPortOrZero(fd);
    }

    void newPool() {
        liveOfEarlierPools.clear();
    }

    void liveOfEarlierPool(int port) {
        liveOfEarlierPools.merge(port, 1, Integer::sum);
    }

    void endedOfEarlierPool(int port) {
        liveOfEarlierPools.computeIfPresent(port, (key, live) -> live > 1 ? live - 1 : null);
    }

    void activelyClosed(int port) {
        activelyClosedNanos.set(port, System.nanoTime() | 1);
    }

    /** Whether the system should still have the TIME_WAIT of a connection of this JVM over that port. */
    boolean isInOurTimeWait(int port) {
        long closed = activelyClosedNanos.get(port);
        return closed != 0 && System.nanoTime() - closed < SYSTEM_TIME_WAIT_NANOS;
    }
}
