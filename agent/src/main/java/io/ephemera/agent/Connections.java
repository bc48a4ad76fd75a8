package io.ephemera.agent;

import io.ephemera.agent.hook.SocketHook;
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
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows each governed connection from its lease to the close of its descriptor. A connection is known by its {@code
 * FileDescriptor} object, not by the descriptor's number, which the system gives out again.
 */
final class Connections extends PooledHook {

    private static final InetAddress WILDCARD = new InetSocketAddress(0).getAddress();

    private final Jdk jdk;
    private final PortBinder binder;
    /** Of sockets that have no lease yet. */
    private final Map<FileDescriptor, Object> owners = new ConcurrentHashMap<>();

    private final Map<FileDescriptor, Connection> connections = new ConcurrentHashMap<>();
    private final LateRefusals lateRefusals = new LateRefusals();
    private final UnansweredConnects unanswered = new UnansweredConnects();

    /** Whether some pool so far wants to know of requests. */
    private volatile boolean countsRequests;

    Connections(Weaving handovers) throws ReflectiveOperationException {
        super(handovers);
        jdk = new Jdk();
        binder = new PortBinder(jdk);
    }

    void noSocketsYet() {
        jdk.noSocketsYet();
    }

    void activate() {
        SocketHook.activate(this);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> connections.values().forEach(Connection::leaveReusable), "ephemera-leave-ports"));
    }

    EnforcedPool enforce(EnforcedLimits limits, LeaseListener listener) {
        binder.prepare(limits.pool().range());
        if (limits.gateway() != null) {
            unanswered.prepare();
        }
        EnforcedPool started =
                new EnforcedPool(limits, listener, closed -> current.compareAndSet(closed, null), this::inCloseWait);
        if (!current.compareAndSet(null, started)) {
            throw new IllegalStateException("the connections of this JVM are under a pool already");
        }
        countsRequests |= started.countsRequests();
        weaveHandoversFor(started);
        binder.newPool();
        connections.forEach((fd, connection) -> {
            if (connection.pool() != started && connection.hasLease()) {
                binder.liveOfEarlierPool(connection.port());
                if (!connections.containsKey(fd)) {
                    binder.endedOfEarlierPool(connection.port());
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

    private int inCloseWait(EnforcedPool pool) {
        return (int) connections.values().stream()
                .filter(connection -> connection.pool() == pool && connection.isInCloseWait())
                .count();
    }

    @Override
    public void opened(FileDescriptor fd, boolean stream, ProtocolFamily family) {
        EnforcedPool pool = current.get();
        if (!stream) {
            udpSocketMade();
        } else if (pool != null) {
            Object owner = PortHook.OWNER.get();
            // A socket that is no channel is connected on the thread that makes it, as a rule.
            if (owner == null && family != jdk.unspecified()) {
                owner = pool.channelMade();
            }
            if (owner != null) {
                owners.put(fd, owner);
            }
        }
    }

    private Connection newConnection(EnforcedPool pool, FileDescriptor fd) {
        return new Connection(jdk, pool, fd, owners.remove(fd));
    }

    @Override
    public void connectingWithoutWaiting(boolean so) {
        lateRefusals.connectingWithoutWaiting(so);
    }

    @Override
    public boolean connecting(ProtocolFamily family, FileDescriptor fd, InetAddress remote, int remotePort)
            throws IOException {
        Connection known = connections.get(fd);
        EnforcedPool pool = known == null ? current.get() : known.pool();
        if (pool == null || isConnectingDatagram()) {
            return false;
        }
        boolean withoutWaiting = lateRefusals.isWithoutWaiting();
        IOException refusal = pool.guard(() -> connect(known, family, fd, new RemoteEndpoint(remote, remotePort)));
        weaveHandoversFor(pool);
        if (refusal == null) {
            return false;
        }
        if (!withoutWaiting) {
            throw refusal;
        }
        lateRefusals.keepOrThrow(fd, pool, refusal);
        return true;
    }

    @Override
    public @Nullable InetSocketAddress insteadOf(FileDescriptor fd, InetAddress remote) {
        Connection connection = connections.get(fd);
        return connection == null || !connection.isUnanswered() ? null : unanswered.insteadOf(remote);
    }

    @Override
    public void finishing(FileDescriptor fd) throws IOException {
        lateRefusals.finishing(fd);
    }

    private void connect(@Nullable Connection known, ProtocolFamily family, FileDescriptor fd, RemoteEndpoint remote)
            throws IOException {
        if (known != null && (known.hasLease() || jdk.localPort(fd) != 0)) {
            connectBound(known, fd, remote);
            return;
        }
        EnforcedPool pool = current.get();
        if (pool == null || !pool.counts(remote)) {
            owners.remove(fd);
            return;
        }
        Connection connection = newConnection(pool, fd);
        connection.connectingTo(remote);
        // Before it has its lease: from then on it may be closed at any time.
        connections.put(fd, connection);
        try {
            leaseAndBind(connection, remote, family, fd, WILDCARD);
            connection.tellLeased(remote);
            connection.passGateway(remote);
        } catch (BindException e) {
            throw e;
        } catch (SocketException e) {
            // Bound before the connections of this JVM came under a pool: no connection of ours.
            if (jdk.localPort(fd) == 0) {
                throw e;
            }
        }
    }

    /** A bind comes before its destination is known. One that turns out not to count gives its port back. */
    private void connectBound(Connection connection, FileDescriptor fd, RemoteEndpoint remote) {
        if (connection.pool().counts(remote)) {
            connection.connectingTo(remote);
            connection.tellLeased(remote);
            connection.passGateway(remote);
        } else {
            connections.remove(fd);
            connection.forget();
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
                long lease = connection.pool().lease(remote, local, connection.owner());
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
        EnforcedPool pool = connection.pool();
        boolean stoodInFor = !given && pool.limits().heldPorts() == EnforcedLimits.HeldPorts.STOOD_IN_FOR;
        // Where another real port can stand in, other processes may share this one: that spares three system calls.
        boolean shared = stoodInFor || pool.limits().pool().scope() == Scope.DESTINATION;
        boolean settled = false;
        try {
            int port = pool.limits().pool().port(lease);
            BindException refusal = stoodInFor && !binder.isRested(port)
                    ? new BindException("local port " + port + " was closed a moment ago")
                    : binder.bind(family, fd, local, port, shared);
            if (!stoodInFor) {
                pool.tried(port, refusal != null);
            } else if (refusal != null) {
                port = binder.bindStandIn(family, fd, local, shared);
                refusal = null;
            }
            if (refusal == null) {
                binder.begun(port);
                connection.begin(lease, port, shared);
            } else {
                pool.heldElsewhere(lease);
            }
            settled = true;
            return refusal;
        } finally {
            if (!settled) {
                pool.releaseUnconnected(lease, connection.owner());
            }
        }
    }

    @Override
    public void settingOption(SocketOption<?> option, @Nullable Object value) {
        jdk.optionSet(option, value);
    }

    @Override
    public Throwable connectFailed(FileDescriptor fd, Throwable failure) {
        Connection connection = connections.get(fd);
        if (connection == null || !(failure instanceof BindException)) {
            return failure;
        }
        IOException better = connection.pool().guard(() -> nameIfTaken(connection, failure));
        return better == null ? failure : better;
    }

    /**
     * Our bind went through, since the port may be shared, but this very connection exists already. A bound socket can't be bound
     * again, so this one call fails; it is no exhaustion and must not look it.
     */
    private void nameIfTaken(Connection connection, Throwable failure) throws ConnectException {
        RemoteEndpoint remote = connection.remote();
        if (remote != null && connection.hasLease() && binder.hasSourceAddressFor(remote)) {
            connection.portTaken();
            ConnectException taken = new ConnectException(
                    binder.isInOurTimeWait(connection.port())
                            ? "Local port has a connection that has not ended"
                            : "Local port is held by another process");
            taken.initCause(failure);
            throw taken;
        }
    }

    @Override
    public void clientBinding(@Nullable FileDescriptor fd) {
        EnforcedPool pool = current.get();
        if (pool != null && fd != null) {
            pool.guard(() -> connections.computeIfAbsent(fd, ours -> newConnection(pool, ours)));
        }
    }

    @Override
    public boolean binding(ProtocolFamily family, FileDescriptor fd, InetAddress local, int localPort)
            throws IOException {
        Connection connection = connections.get(fd);
        if (connection == null || connection.hasLease()) {
            return false;
        }
        IOException refusal = connection.pool().guard(() -> bind(connection, family, fd, local, localPort));
        if (refusal != null) {
            throw refusal;
        }
        return connection.hasLease();
    }

    private void bind(Connection connection, ProtocolFamily family, FileDescriptor fd, InetAddress local, int localPort)
            throws IOException {
        EnforcedPool pool = connection.pool();
        if (localPort == 0) {
            leaseAndBind(connection, null, family, fd, local);
        } else if (pool.limits().pool().range().contains(localPort)) {
            long lease = pool.leaseGiven(localPort, connection.owner());
            BindException refusal = bind(connection, lease, family, fd, local, true);
            if (refusal != null) {
                throw refusal;
            }
        }
    }

    @Override
    public void connected(FileDescriptor fd) {
        tell(fd, Connection::markConnected);
    }

    @Override
    public void shuttingInput(@Nullable FileDescriptor fd) {
        tell(fd, Connection::shuttingInput);
    }

    @Override
    public void shuttingOutput(@Nullable FileDescriptor fd) {
        tell(fd, Connection::shuttingOutput);
    }

    @Override
    public void closing(@Nullable FileDescriptor fd, boolean connectionReset) {
        tell(fd, connection -> connection.closing(connectionReset));
    }

    @Override
    public void closingDescriptor(@Nullable FileDescriptor fd) {
        tell(fd, Connection::closingDescriptor);
    }

    @Override
    public void wrote(FileDescriptor fd, long address, long bytes) {
        Connection connection = countsRequests ? connections.get(fd) : null;
        if (connection != null && connection.countsRequests()) {
            connection.pool().guard(() -> connection.wrote(address, bytes));
        }
    }

    @Override
    public void wroteGathered(FileDescriptor fd, long vectors, int buffers, long bytes) {
        Connection connection = countsRequests ? connections.get(fd) : null;
        if (connection != null && connection.countsRequests()) {
            connection.pool().guard(() -> connection.wroteGathered(vectors, buffers, bytes));
        }
    }

    private void tell(@Nullable FileDescriptor fd, Consumer<Connection> event) {
        Connection connection = fd == null ? null : connections.get(fd);
        if (connection != null) {
            connection.pool().guard(() -> event.accept(connection));
        }
    }

    @Override
    public void closed(@Nullable FileDescriptor fd) {
        if (fd != null) {
            lateRefusals.closed(fd);
            owners.remove(fd);
            Connection connection = connections.remove(fd);
            if (connection != null) {
                connection.pool().guard(() -> end(connection));
            }
        }
    }

    private void end(Connection connection) {
        if (connection.pool() != current.get()) {
            binder.endedOfEarlierPool(connection.port());
        }
        binder.closed(connection.port());
        int inTimeWait = connection.end();
        if (inTimeWait != 0) {
            binder.activelyClosed(inTimeWait);
        }
    }
}
