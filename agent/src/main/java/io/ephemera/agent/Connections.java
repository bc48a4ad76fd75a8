package io.ephemera.agent;

import io.ephemera.agent.hook.SocketHook;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Follows each governed connection from its lease to the close of its descriptor. A connection is known by its {@code
 * FileDescriptor} object, not by the descriptor's number, which the system gives out again.
 */
final class Connections extends SocketHook {

    private static final InetAddress WILDCARD = new InetSocketAddress(0).getAddress();

    /** What the sockets that a thread makes are made for. */
    private static final ThreadLocal<@Nullable Object> OWNER = new ThreadLocal<>();

    private final Jdk jdk;
    private final PortBinder binder;
    /** Of sockets that have no lease yet. */
    private final Map<FileDescriptor, Object> owners = new ConcurrentHashMap<>();

    private final Map<FileDescriptor, Connection> connections = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Governance> governance = new AtomicReference<>();
    /** Live connections that took their port from an earlier pool, by port: the present pool does not know them. */
    private final Map<Integer, Integer> liveOfEarlierPools = new ConcurrentHashMap<>();

    /** @throws ReflectiveOperationException if this JDK's socket classes differ */
    Connections() throws ReflectiveOperationException {
        jdk = new Jdk();
        binder = new PortBinder(jdk);
    }

    /** As {@link PortHook#installBeforeMain} promises. */
    void noSocketsYet() {
        jdk.noSocketsYet();
    }

    /** As {@link PortHook#owned} promises. */
    static PortHook.Owned owned(@Nullable Object owner) {
        Object before = OWNER.get();
        OWNER.set(owner);
        return () -> OWNER.set(before);
    }

    @Override
    protected void opened(FileDescriptor fd) {
        Object owner = OWNER.get();
        if (owner != null && governance.get() != null) {
            owners.put(fd, owner);
        }
    }

    private Connection newConnection(Governance pool, FileDescriptor fd) {
        return new Connection(jdk, pool, fd, owners.remove(fd));
    }

    /** Has the hook call this instance from now on. */
    void activate() {
        SocketHook.activate(this);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> connections.values().forEach(Connection::leaveReusable), "ephemera-leave-ports"));
    }

    Governance govern(Limits limits, LeaseListener listener) {
        if (limits.pool().range().firstPort() < 1024) {
            throw new IllegalArgumentException(
                    "ports below 1024 need privileges: the range must begin at 1024 or above, not "
                            + limits.pool().range());
        }
        binder.prepare();
        Governance started = new Governance(limits, listener, ended -> governance.compareAndSet(ended, null));
        if (!governance.compareAndSet(null, started)) {
            throw new IllegalStateException("the connections of this JVM are under a pool already");
        }
        liveOfEarlierPools.clear();
        connections.forEach((fd, connection) -> {
            if (connection.governance() != started && connection.hasLease()) {
                liveOfEarlierPools.merge(connection.port(), 1, Integer::sum);
                if (!connections.containsKey(fd)) {
                    endedOfEarlierPool(connection);
                }
            }
        });
        return started;
    }

    Set<Integer> localPorts() {
        Set<Integer> ports = new TreeSet<>();
        connections.forEach((fd, connection) -> {
            // One that was bound to a port outside the pool's range has no lease to tell it.
            int port = connection.hasLease() ? connection.port() : jdk.localPortOrZero(fd);
            if (port != 0) {
                ports.add(port);
            }
        });
        return ports;
    }

    private void endedOfEarlierPool(Connection connection) {
        liveOfEarlierPools.computeIfPresent(connection.port(), (port, live) -> live > 1 ? live - 1 : null);
    }

    @Override
    protected void connecting(ProtocolFamily family, FileDescriptor fd, InetAddress remote, int remotePort)
            throws IOException {
        Connection known = connections.get(fd);
        Governance pool = governance.get();
        if (known == null && pool == null) {
            return;
        }
        RemoteEndpoint endpoint = new RemoteEndpoint(remote, remotePort);
        if (known != null && (known.hasLease() || jdk.isBound(fd))) {
            if (known.governance().governs(endpoint)) {
                known.connectingTo(endpoint);
                known.tellLeased(endpoint);
            } else {
                // A bind comes before its destination is known. One that turns out not to be governed gives its
                // port back.
                connections.remove(fd);
                known.forget();
            }
            return;
        }
        if (pool == null || !pool.governs(endpoint)) {
            owners.remove(fd);
            return;
        }
        Connection connection = newConnection(pool, fd);
        connection.connectingTo(endpoint);
        // Known before the bind, for the advice on bind to let our own one pass.
        connections.put(fd, connection);
        try {
            leaseAndBind(connection, endpoint, family, fd, WILDCARD);
            connection.tellLeased(endpoint);
        } catch (BindException e) {
            throw e;
        } catch (SocketException e) {
            // Bound before the connections of this JVM came under a pool: no connection of ours.
            if (!jdk.isBound(fd)) {
                throw e;
            }
        }
    }

    private void leaseAndBind(
            Connection connection,
            @Nullable RemoteEndpoint remote,
            ProtocolFamily family,
            FileDescriptor fd,
            InetAddress local)
            throws IOException {
        try {
            boolean bound = false;
            while (!bound) {
                long lease = connection.governance().lease(remote, local, connection.owner());
                bound = bind(connection, lease, family, fd, local, false) == null;
            }
        } finally {
            if (!connection.hasLease()) {
                connections.remove(fd);
            }
        }
    }

    /** Returns the system's refusal if another process holds the port; the lease has ended then. */
    private @Nullable BindException bind(
            Connection connection,
            long lease,
            ProtocolFamily family,
            FileDescriptor fd,
            InetAddress local,
            boolean given)
            throws IOException {
        Governance pool = connection.governance();
        boolean stoodInFor = !given && pool.limits().heldPorts() == Limits.HeldPorts.STOOD_IN_FOR;
        // A port that others may stand in for need not be kept from others, which spares three system calls a
        // connection.
        boolean shared = stoodInFor || pool.limits().pool().scope() == Scope.DESTINATION;
        boolean settled = false;
        connection.leasing(true);
        try {
            int port = pool.limits().pool().port(lease);
            BindException refusal = stoodInFor && !binder.isRested(port)
                    ? new BindException("local port " + port + " was closed a moment ago")
                    : bind(family, fd, local, port, shared);
            if (refusal != null && stoodInFor) {
                port = standIn(family, fd, local, shared);
                refusal = null;
            }
            if (refusal == null) {
                binder.begun(port);
                connection.begin(lease, port, shared);
            } else {
                pool.notOurs(lease);
            }
            settled = true;
            return refusal;
        } finally {
            connection.leasing(false);
            if (!settled) {
                pool.release(lease, Release.FAILED_CONNECT, connection.owner(), 0, false);
            }
        }
    }

    private @Nullable BindException bind(
            ProtocolFamily family, FileDescriptor fd, InetAddress local, int port, boolean shared) throws IOException {
        // A port that may be bound again could be bound beside such a connection, and the connect would fail.
        return liveOfEarlierPools.containsKey(port)
                ? new BindException("local port " + port + " has a connection that took it from an earlier pool")
                : binder.bind(family, fd, local, port, shared);
    }

    /** Binds a real port that is none of the pool's in place of one that can't be had. */
    private int standIn(ProtocolFamily family, FileDescriptor fd, InetAddress local, boolean shared)
            throws IOException {
        for (int tries = 0; tries < PortBinder.STAND_INS; tries++) {
            int port = binder.nextStandIn();
            if (binder.isRested(port) && bind(family, fd, local, port, shared) == null) {
                return port;
            }
        }
        jdk.bind(family, fd, local, 0);
        return jdk.localPortOrZero(fd);
    }

    @Override
    protected void settingOption(SocketOption<?> option, @Nullable Object value) {
        jdk.optionSet(option, value);
    }

    @Override
    protected void connected(FileDescriptor fd) {
        Connection connection = connections.get(fd);
        if (connection != null) {
            connection.markConnected();
        }
    }

    @Override
    protected Throwable connectFailed(FileDescriptor fd, Throwable failure) {
        Connection connection = connections.get(fd);
        RemoteEndpoint remote = connection == null ? null : connection.remote();
        if (connection == null || remote == null || !connection.hasLease() || !(failure instanceof BindException)) {
            return failure;
        }
        if (!hasSourceAddressFor(remote)) {
            return failure;
        }
        // Our bind went through, since the port may be shared, but this very connection exists already. A bound
        // socket can't be bound again, so this one call fails; it is no exhaustion and must not look it.
        connection.portTaken();
        ConnectException taken = new ConnectException(
                binder.isInOurTimeWait(connection.port())
                        ? "Local port has a connection that has not ended"
                        : "Local port is held by another process");
        taken.initCause(failure);
        return taken;
    }

    /**
     * The system has one error for a connection that exists and for a destination that it has no address for, such as {@code
     * ::1} where IPv6 is off. Connecting a UDP socket asks for the address only and sends nothing.
     */
    private static boolean hasSourceAddressFor(RemoteEndpoint remote) {
        try (DatagramChannel probe = DatagramChannel.open()) {
            return probe.connect(new InetSocketAddress(remote.address(), remote.port()))
                    .isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    protected void clientBinding(FileDescriptor fd) {
        Governance pool = governance.get();
        if (pool != null) {
            connections.computeIfAbsent(fd, ours -> newConnection(pool, ours));
        }
    }

    @Override
    protected boolean binding(ProtocolFamily family, FileDescriptor fd, InetAddress local, int localPort)
            throws IOException {
        Connection connection = connections.get(fd);
        if (connection == null || !connection.isUnleased()) {
            return false;
        }
        Governance pool = connection.governance();
        if (localPort == 0) {
            leaseAndBind(connection, null, family, fd, local);
            return true;
        }
        if (!pool.limits().pool().range().contains(localPort)) {
            return false;
        }
        BindException refusal =
                bind(connection, pool.leaseGiven(localPort, connection.owner()), family, fd, local, true);
        if (refusal != null) {
            throw refusal;
        }
        return true;
    }

    @Override
    protected void shuttingInput(FileDescriptor fd) throws IOException {
        Connection connection = connections.get(fd);
        if (connection != null) {
            connection.shuttingInput();
        }
    }

    @Override
    protected void shuttingOutput(FileDescriptor fd) throws IOException {
        Connection connection = connections.get(fd);
        if (connection != null) {
            connection.shuttingOutput();
        }
    }

    @Override
    protected void closing(FileDescriptor fd, boolean connectionReset) throws IOException {
        Connection connection = connections.get(fd);
        if (connection != null) {
            connection.closing(connectionReset);
        }
    }

    @Override
    protected void closingDescriptor(FileDescriptor fd) throws IOException {
        Connection connection = connections.get(fd);
        if (connection != null) {
            connection.closingDescriptor();
        }
    }

    @Override
    protected void closed(FileDescriptor fd) {
        owners.remove(fd);
        Connection connection = connections.remove(fd);
        if (connection != null) {
            if (connection.governance() != governance.get()) {
                endedOfEarlierPool(connection);
            }
            binder.closed(connection.port());
            int inTimeWait = connection.end();
            if (inTimeWait != 0) {
                binder.activelyClosed(inTimeWait);
            }
        }
    }
}
