package io.ephemera.agent;

import io.ephemera.ports.GatewayPool;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import java.io.FileDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * One connection under a pool, or a socket that was bound and may become one: its lease, and who closed it first.
 *
 * <p>Who closed first is settled in two looks at the descriptor, since either alone is wrong. When a close begins, the peer's FIN
 * is here or it is not; after our FIN is out, the peer answers it, and that can't be told from a FIN of its own. When the
 * descriptor is closed, it is settled whether that is an orderly end or a RST: the JDK puts the descriptor's close off while
 * another thread or a selector holds it, and meanwhile bytes, a FIN or a RST may come.
 */
final class Connection {

    private static final long NONE = Long.MIN_VALUE;

    private final Jdk jdk;
    private final EnforcedPool pool;
    private final FileDescriptor fd;
    private final @Nullable Object owner;
    private final long beganNanos;

    private volatile long lease = NONE;
    private volatile int port;
    private volatile boolean connecting;
    private volatile @Nullable RemoteEndpoint remote;
    private volatile boolean unanswered;

    // Guarded by this.
    private boolean reusable;
    private boolean connected;
    private boolean portTaken;
    private boolean inputShut;
    private boolean peerClosedBeforeInputShut;
    private boolean outputShut;
    private boolean peerFirst;
    private boolean reset;
    private boolean closing;
    private boolean ended;
    private long heldNanos;
    private Release how = Release.FAILED_CONNECT;
    private LeaseListener.@Nullable Lease told;
    private GatewayPool.@Nullable Mapping mapping;

    /** Of the thread that writes, which is one at a time; {@code null}: nobody counts them. */
    private final @Nullable HttpRequestCounter requests;

    Connection(Jdk jdk, EnforcedPool pool, FileDescriptor fd, @Nullable Object owner) {
        this.jdk = jdk;
        this.pool = pool;
        this.fd = fd;
        this.owner = owner;
        this.beganNanos = pool.limits().clock().stopwatchNanos();
        this.requests = pool.countsRequests() ? new HttpRequestCounter() : null;
    }

    EnforcedPool pool() {
        return pool;
    }

    @Nullable
    Object owner() {
        return owner;
    }

    /** The local port that the system knows; the lease's own, unless another stands in for it. */
    int port() {
        return port;
    }

    boolean hasLease() {
        return lease != NONE;
    }

    @Nullable
    RemoteEndpoint remote() {
        return remote;
    }

    /** The peer's FIN is here, and ours is not sent. */
    synchronized boolean isInCloseWait() {
        return connected
                && !closing
                && !ended
                && !outputShut
                && !inputShut
                && jdk.readiness(fd).peerClosed();
    }

    void connectingTo(RemoteEndpoint destination) {
        remote = destination;
        connecting = true;
    }

    synchronized void begin(long newLease, int localPort, boolean reusePort) {
        reusable = reusePort;
        port = localPort;
        lease = newLease;
    }

    synchronized void markConnected() {
        if (!connected && connecting && hasLease()) {
            connected = true;
            how = Release.ACTIVE_CLOSE;
            pool.connected();
        }
    }

    /** Tells the listener, once, that the connection has its port; called on the thread that connects. */
    void tellLeased(RemoteEndpoint destination) {
        if (!hasLease() || isTold()) {
            return;
        }
        LeaseListener.Lease telling = pool.tellLeased(destination, owner);
        synchronized (this) {
            told = telling;
            // Another thread may have closed the socket in between.
            tellEnded();
        }
    }

    /** Before it connects, with its lease: takes a port of the gateway's, where there is one. */
    void passGateway(RemoteEndpoint destination) {
        EnforcedGateway gateway = pool.limits().gateway();
        if (gateway == null || !hasLease()) {
            return;
        }
        GatewayPool.Mapping taken = pool.map(gateway, lease, destination, owner);
        unanswered = taken == null;
        synchronized (this) {
            mapping = taken;
        }
    }

    /** Whether its connect is not to be answered. */
    boolean isUnanswered() {
        return unanswered;
    }

    /** Whether it matters what is written. */
    boolean countsRequests() {
        return requests != null && !requests.isUnknown();
    }

    /** So many bytes were written, and are still there. */
    void wrote(long address, long bytes) {
        HttpRequestCounter counter = requests;
        if (counter == null || counter.isUnknown()) {
            return;
        }
        int ended = counter.read(NativeMemory::byteAt, address, bytes);
        boolean unknown = counter.isUnknown();
        if (ended > 0 || unknown) {
            tellRequests(ended, unknown);
        }
    }

    /** The same of several buffers, by the system's table of their addresses and lengths. */
    void wroteGathered(long vectors, int buffers, long bytes) {
        long left = bytes;
        long vector = vectors;
        for (int i = 0; i < buffers && left > 0; i++) {
            long length = NativeMemory.pointerAt(vector + NativeMemory.POINTER_BYTES);
            wrote(NativeMemory.pointerAt(vector), Math.min(left, length));
            left -= length;
            vector += 2L * NativeMemory.POINTER_BYTES;
        }
    }

    private synchronized void tellRequests(int ended, boolean unknown) {
        LeaseListener.Lease telling = told;
        if (telling == null) {
            return;
        }
        if (ended > 0) {
            telling.requested(ended);
        }
        if (unknown) {
            telling.requestsUnknown();
        }
    }

    private synchronized boolean isTold() {
        return told != null;
    }

    private synchronized void tellEnded() {
        LeaseListener.Lease telling = told;
        if (ended && telling != null) {
            // The close goes on, whatever becomes of the listener.
            pool.guard(() -> telling.ended(portTaken && !connected ? Release.FAILED_CONNECT : how, heldNanos));
        }
    }

    /** This very connection exists already, port, destination and all. */
    synchronized void portTaken() {
        portTaken = true;
    }

    /** After the application shut its input the descriptor looks as if the peer had closed, so the look comes before. */
    synchronized void shuttingInput() {
        if (connected && !closing && !inputShut) {
            peerClosedBeforeInputShut = jdk.readiness(fd).peerClosed();
            inputShut = true;
        }
    }

    synchronized void shuttingOutput() {
        // The JDK refuses to shut the output of what it does not know to be connected.
        if (!connected || closing || outputShut) {
            return;
        }
        makeReusable();
        how = judge(jdk.readiness(fd), false);
        outputShut = true;
    }

    /**
     * Before the JDK begins to close: it may send a FIN, close the descriptor, or put either off.
     *
     * @param connectionReset whether a read has already met the peer's RST, which the descriptor then no longer shows
     */
    synchronized void closing(boolean connectionReset) {
        if (closing || !hasLease()) {
            return;
        }
        closing = true;
        Jdk.Readiness now = jdk.readiness(fd);
        if (isConnected(now)) {
            heldNanos = pool.limits().clock().stopwatchNanos() - beganNanos;
            reset |= connectionReset;
            how = judge(now, jdk.lingersZero(fd));
            makeReusable();
        }
    }

    /** What is in TIME_WAIT can be bound again only if it allowed that when it went there. */
    private void makeReusable() {
        if (!reusable) {
            jdk.reusePort(fd, true);
            reusable = true;
        }
    }

    /** Before the descriptor is closed: nothing can change on our side any more. */
    synchronized void closingDescriptor() {
        if (!hasLease()) {
            return;
        }
        if (!closing) {
            closing(false); // The JDK's cleaner closes what was left open, and nothing else.
            return;
        }
        Jdk.Readiness now = jdk.readiness(fd);
        if ((now.hangUp() || !jdk.tellsBothClosed()) && !jdk.isTcp(fd)) {
            // The JDK's pre-close has put another socket in the descriptor's place, one whose peer is closed; the
            // connection is gone.
            return;
        }
        if (!connected) {
            // The close of a pending connect was put off, and it may have been made since.
            if (isConnected(now)) {
                how = judge(now, jdk.lingersZero(fd));
                jdk.reusePort(fd, true);
            }
            return;
        }
        how = outputShut ? judge(now, jdk.lingersZero(fd)) : judgeAgain(now);
    }

    /** A connect that was made, but closed before anyone asked: writable, without an error. */
    private boolean isConnected(Jdk.Readiness now) {
        if (!connected && connecting && now.writable() && !now.error() && !now.hangUp()) {
            markConnected();
        }
        return connected;
    }

    private Release judge(Jdk.Readiness now, boolean lingersZero) {
        // Both directions closed, though we sent no FIN: a RST came, and its error has been read.
        reset |= now.error() || (!outputShut && now.bothClosed());
        if (reset) {
            return Release.ABORT;
        }
        boolean peerClosed = inputShut ? peerClosedBeforeInputShut : now.peerClosed();
        if (outputShut && peerClosed) {
            // Both FINs are out: the kernel has settled it, and neither linger 0 nor unread bytes undo that.
            return inOrder();
        }
        if (!outputShut) {
            peerFirst = peerClosed;
        }
        return lingersZero || (closing && now.unreadBytes() > 0) ? Release.ABORT : inOrder();
    }

    /** Between the two looks the JDK may have sent our FIN, and that only shows where the peer's is here too. */
    private Release judgeAgain(Jdk.Readiness first) {
        // Older kernels fill in the two halves of the answer one after the other, and a FIN may come in between.
        Jdk.Readiness now = first.peerClosed() && !first.bothClosed() ? jdk.readiness(fd) : first;
        reset |= now.error();
        if (reset) {
            return Release.ABORT;
        }
        if (!jdk.tellsBothClosed()) {
            return how;
        }
        boolean ourFinIsOut = now.bothClosed();
        boolean lostBytes = now.unreadBytes() > 0 && (!ourFinIsOut || (inputShut && !peerClosedBeforeInputShut));
        if (lostBytes || (!ourFinIsOut && jdk.lingersZero(fd))) {
            return Release.ABORT;
        }
        if (!ourFinIsOut && !inputShut) {
            peerFirst = now.peerClosed();
        }
        return inOrder();
    }

    private Release inOrder() {
        return peerFirst ? Release.PASSIVE_CLOSE : Release.ACTIVE_CLOSE;
    }

    /** Gives the lease back, once. Returns the port if the system keeps it in its own TIME_WAIT, 0 otherwise. */
    synchronized int end() {
        if (ended || !hasLease()) {
            return 0;
        }
        ended = true;
        if (portTaken && !connected) {
            pool.heldElsewhere(lease);
            tellEnded();
            return 0;
        }
        pool.release(lease, how, owner, heldNanos);
        if (mapping != null) {
            pool.unmap(mapping, how, owner, heldNanos);
        }
        tellEnded();
        return how == Release.ACTIVE_CLOSE ? port : 0;
    }

    /** The socket goes to a destination that does not count. */
    synchronized void forget() {
        if (!ended && hasLease()) {
            ended = true;
            how = Release.FAILED_CONNECT;
            pool.releaseUnconnected(lease, owner);
            tellEnded();
        }
    }

    /** The JVM ends, and the system closes what is open: the next run shall be able to bind these ports. */
    void leaveReusable() {
        if (hasLease()) {
            jdk.reusePort(fd, true);
        }
    }
}
