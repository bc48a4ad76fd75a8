package io.ephemera.agent;

import io.ephemera.agent.hook.SocketHook;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Follows each governed connection from its lease to the close of its descriptor. A connection is known by its {@code
 * FileDescriptor} object, not by the descriptor's number, which the system gives out again.
 */
final class Connections extends SocketHook {

    private static final InetAddress WILDCARD = new InetSocketAddress(0).getAddress();

    private final Jdk jdk;
    private final Map<FileDescriptor, Connection> connections = new ConcurrentHashMap<>();
    private volatile @Nullable Governance governance;

    private Connections(Jdk jdk) {
        this.jdk = jdk;
    }

    /**
     * Has the hook call a new instance from now on.
     *
     * @throws ReflectiveOperationException if this JDK's socket classes differ
     * @throws HookUnavailableException if the hook's class came from the class path, where the JDK can't see it
     */
    static Connections activate() throws ReflectiveOperationException, HookUnavailableException {
        if (SocketHook.class.getClassLoader() != null) {
            throw new HookUnavailableException(
                    "the port hook was loaded before it was installed, so the JDK can't see it; install it first");
        }
        Connections connections = new Connections(new Jdk());
        SocketHook.activate(connections);
        return connections;
    }

    Governance govern(Limits limits) {
        if (limits.pool().range().firstPort() < 1024) {
            throw new IllegalArgumentException(
                    "ports below 1024 need privileges: the range must begin at 1024 or above, not "
                            + limits.pool().range());
        }
        synchronized (connections) {
            if (governance != null) {
                throw new IllegalStateException("the connections of this JVM are under a pool already");
            }
            Governance started = new Governance(limits, () -> governance = null);
            governance = started;
            return started;
        }
    }

    @Override
    protected void connecting(ProtocolFamily family, FileDescriptor fd, InetAddress remote, int remotePort)
            throws IOException {
        Connection known = connections.get(fd);
        RemoteEndpoint endpoint = new RemoteEndpoint(remote, remotePort);
        if (known != null) {
            if (known.governance.governs(endpoint)) {
                known.connecting = true;
            } else {
                forget(fd, known);
            }
            return;
        }
        Governance pool = governance;
        if (pool == null) {
            return;
        }
        if (!pool.governs(endpoint) || !jdk.isTcp(fd)) {
            return;
        }
        Connection connection = new Connection(pool, pool.now());
        connection.connecting = true;
        // Known before the bind, so that the advice on bind lets our own one pass.
        connections.put(fd, connection);
        leaseAndBind(connection, endpoint, family, fd, WILDCARD);
    }

    /** A bind comes before its destination is known; one that turns out not to be governed gives its port back. */
    private void forget(FileDescriptor fd, Connection connection) {
        connections.remove(fd);
        connection.end(Release.FAILED_CONNECT);
    }

    private void leaseAndBind(
            Connection connection,
            @Nullable RemoteEndpoint remote,
            ProtocolFamily family,
            FileDescriptor fd,
            InetAddress local)
            throws IOException {
        Governance pool = connection.governance;
        try {
            jdk.allowReuseOfPort(fd);
            while (true) {
                long lease = pool.lease(remote);
                try {
                    jdk.bind(family, fd, local, pool.limits().pool().port(lease));
                    connection.begin(lease);
                    return;
                } catch (BindException e) {
                    if (!local.isAnyLocalAddress() && !isLocal(local)) {
                        pool.release(lease, Release.FAILED_CONNECT, 0, false);
                        throw e;
                    }
                    pool.notOurs(lease);
                } catch (IOException | RuntimeException e) {
                    pool.release(lease, Release.FAILED_CONNECT, 0, false);
                    throw e;
                }
            }
        } finally {
            if (connection.lease == Connection.NONE) {
                connections.remove(fd);
            }
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

    @Override
    protected void connected(FileDescriptor fd) {
        Connection connection = connections.get(fd);
        if (connection != null && connection.markConnected()) {
            connection.governance.connected();
        }
    }

    @Override
    protected Throwable connectFailed(FileDescriptor fd, Throwable failure) {
        Connection connection = connections.get(fd);
        if (connection == null || connection.lease == Connection.NONE || !(failure instanceof BindException)) {
            return failure;
        }
        // Our bind went through, since another process allows the port to be shared, but that process has this very
        // connection. A bound socket can't be bound again, so this one call fails; it is no exhaustion and must not
        // look it.
        connection.portTaken = true;
        ConnectException taken = new ConnectException("Local port is held by another process");
        taken.initCause(failure);
        return taken;
    }

    @Override
    protected void clientBinding(FileDescriptor fd) {
        Governance pool = governance;
        if (pool != null) {
            connections.putIfAbsent(fd, new Connection(pool, pool.now()));
        }
    }

    @Override
    protected boolean binding(ProtocolFamily family, FileDescriptor fd, InetAddress local, int localPort)
            throws IOException {
        Connection connection = connections.get(fd);
        if (connection == null || connection.connecting || connection.lease != Connection.NONE) {
            return false;
        }
        Governance pool = connection.governance;
        if (localPort == 0) {
            leaseAndBind(connection, null, family, fd, local);
            return true;
        }
        if (pool.limits().pool().range().contains(localPort)) {
            long lease = pool.leaseGiven(localPort);
            try {
                jdk.allowReuseOfPort(fd);
                jdk.bind(family, fd, local, localPort);
                connection.begin(lease);
            } catch (IOException | RuntimeException e) {
                pool.release(lease, Release.FAILED_CONNECT, 0, false);
                throw e;
            }
            return true;
        }
        return false;
    }

    @Override
    protected void sendingFin(FileDescriptor fd, boolean close) throws IOException {
        Connection connection = connections.get(fd);
        if (connection != null && connection.lease != Connection.NONE) {
            synchronized (connection) {
                judge(connection, fd, close);
            }
        }
    }

    /**
     * Who closed first. That can be told only while the descriptor still shows it: before our FIN goes out. A shutdown of the
     * output is judged again at the close, which may still turn it into a RST.
     */
    private void judge(Connection connection, FileDescriptor fd, boolean close) throws IOException {
        if (connection.closing) {
            return;
        }
        connection.closing = close;
        Jdk.Readiness now = jdk.readiness(fd);
        if (!connection.connected) {
            // Closed before anyone asked whether the connect was done: writable without an error means it was.
            if (!connection.connecting || !now.writable() || now.error() || now.hangUp()) {
                return;
            }
            connected(fd);
        }
        if (close) {
            connection.heldNanos = connection.governance.now() - connection.leasedNanos;
        }
        if (connection.verdict == Release.PASSIVE_CLOSE || connection.verdict == Release.ABORT) {
            return;
        }
        connection.verdict =
                verdict(now, connection.verdict == Release.ACTIVE_CLOSE, close && jdk.lingersZero(fd), close);
    }

    private static Release verdict(Jdk.Readiness now, boolean finSent, boolean lingersZero, boolean close) {
        if (now.error()) {
            return Release.ABORT;
        }
        if (finSent && now.peerClosed()) {
            // Both FINs are out: the kernel has its TIME_WAIT, and neither linger 0 nor unread bytes end that.
            return Release.ACTIVE_CLOSE;
        }
        if (lingersZero || (close && now.unreadBytes() > 0)) {
            return Release.ABORT;
        }
        return now.peerClosed() ? Release.PASSIVE_CLOSE : Release.ACTIVE_CLOSE;
    }

    @Override
    protected void closed(FileDescriptor fd) {
        Connection connection = connections.remove(fd);
        if (connection != null) {
            connection.end(null);
        }
    }

    /** One governed connection, or a socket that was bound and may become one. */
    private static final class Connection {
        static final long NONE = Long.MIN_VALUE;

        final Governance governance;
        final long leasedNanos;
        volatile long lease = NONE;
        volatile boolean connecting;
        volatile boolean connected;
        volatile boolean portTaken;
        boolean closing;
        boolean ended;
        long heldNanos;

        @Nullable
        Release verdict;

        Connection(Governance governance, long leasedNanos) {
            this.governance = governance;
            this.leasedNanos = leasedNanos;
        }

        synchronized void begin(long newLease) {
            lease = newLease;
            if (ended) {
                governance.release(newLease, Release.FAILED_CONNECT, 0, false);
            }
        }

        synchronized boolean markConnected() {
            boolean first = !connected && connecting && lease != NONE;
            connected |= first;
            return first;
        }

        /** Gives the lease back, once; as {@code how}, or as it was judged. */
        synchronized void end(@Nullable Release how) {
            if (ended) {
                return;
            }
            ended = true;
            if (lease == NONE) {
                return;
            }
            if (portTaken && !connected) {
                governance.notOurs(lease);
                return;
            }
            Release unjudged = connected ? Release.ACTIVE_CLOSE : Release.FAILED_CONNECT;
            Release judged = verdict != null ? verdict : unjudged;
            governance.release(lease, how != null ? how : judged, heldNanos, connected);
        }
    }
}
