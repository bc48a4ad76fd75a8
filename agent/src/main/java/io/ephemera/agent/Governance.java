package io.ephemera.agent;

import io.ephemera.agent.hook.SocketHook;
import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.bind.ServicePoint;
import java.net.BindException;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The time during which the connections of this JVM take their ports from one pool. Connections that are open when it is closed
 * keep their lease, and give it back to this pool when they end.
 */
public final class Governance implements AutoCloseable {

    private final Limits limits;
    private final LeaseListener listener;
    private final Consumer<Governance> onClose;

    private final LongAdder leases = new LongAdder();
    private final LongAdder connected = new LongAdder();
    private final LongAdder exhausted = new LongAdder();
    private final LongAdder refusedGivenPort = new LongAdder();
    private final LongAdder activeClose = new LongAdder();
    private final LongAdder passiveClose = new LongAdder();
    private final LongAdder aborted = new LongAdder();
    private final LongAdder failedConnect = new LongAdder();
    private final LongAdder liveNanos = new LongAdder();
    private final LongAdder liveAtExhaustion = new LongAdder();
    private final LongAdder timeWaitAtExhaustion = new LongAdder();
    private final LongAdder heldElsewhere = new LongAdder();
    private volatile @Nullable Exhaustion lastExhaustion;

    Governance(Limits limits, LeaseListener listener, Consumer<Governance> onClose) {
        this.limits = limits;
        this.listener = listener;
        this.onClose = onClose;
    }

    /** What is enforced. */
    public Limits limits() {
        return limits;
    }

    /** The state of the pool now. */
    public PoolSnapshot snapshot() {
        return limits.pool().snapshot(now());
    }

    /** The highest number of ports in TIME_WAIT since the last call of this method. */
    public int drainPeakTimeWait() {
        return limits.pool().drainPeakTimeWait(now());
    }

    /** Puts every port in TIME_WAIT back among the free ones, as resetting the stack does; returns how many. */
    public int resetStack() {
        return limits.pool().clearTimeWait(now());
    }

    /** The latest refusal for want of a port; {@code null} before the first. */
    public @Nullable Exhaustion lastExhaustion() {
        return lastExhaustion;
    }

    /** What has become of the connections so far. */
    public LeaseCounts counts() {
        long active = activeClose.sum();
        long passive = passiveClose.sum();
        long abort = aborted.sum();
        long failed = failedConnect.sum();
        long given = leases.sum();
        return new LeaseCounts(
                given,
                connected.sum(),
                exhausted.sum(),
                refusedGivenPort.sum(),
                active,
                passive,
                abort,
                failed,
                given - active - passive - abort - failed,
                liveNanos.sum(),
                liveAtExhaustion.sum(),
                timeWaitAtExhaustion.sum(),
                heldElsewhere.sum());
    }

    /** New connections no longer take a port from this pool. Closing it again changes nothing. */
    @Override
    public void close() {
        onClose.accept(this);
    }

    long now() {
        return limits.clock().nowNanos();
    }

    boolean governs(RemoteEndpoint remote) {
        return limits.destinations().test(remote);
    }

    /**
     * Leases a port for a connect ({@code remote} given) or for a bind to port 0 of a local address; the caller binds it.
     *
     * @param local the address, or the wildcard
     * @param owner what the connection is made for; a lease that is tried again keeps its instant
     */
    long lease(@Nullable RemoteEndpoint remote, InetAddress local, @Nullable Object owner) throws SocketException {
        long now = limits.clock().leaseNanos(owner);
        PortPool pool = limits.pool();
        long lease;
        ServicePoint servicePoint = limits.servicePoint();
        if (remote != null && servicePoint != null) {
            lease = chosen(servicePoint, now);
        } else if (remote != null) {
            lease = pool.lease(remote, now);
        } else {
            lease = local.isAnyLocalAddress() ? pool.leaseForAnyDestination(now) : pool.leaseFrom(local, now);
        }
        if (lease == PortPool.EXHAUSTED) {
            exhausted.increment();
            PoolSnapshot state = pool.snapshot(now);
            liveAtExhaustion.add(state.live());
            timeWaitAtExhaustion.add(state.timeWait());
            lastExhaustion = new Exhaustion(now, state.live(), state.timeWait());
            tellRefused(remote, owner);
            throw refusal(remote == null ? limits.bindMessage() : limits.connectMessage(), () -> detail(remote, state));
        }
        leases.increment();
        return lease;
    }

    /** The delegate that went round all its ports in vain stands where it stood, so it is not called where none is free. */
    private long chosen(ServicePoint servicePoint, long now) throws SocketException {
        if (limits.pool().freeForAnyDestination(now) == 0) {
            return PortPool.EXHAUSTED;
        }
        ServicePoint.Connection connection = servicePoint.connect(now);
        return switch (connection.outcome()) {
            case CONNECTED -> connection.lease();
            case CONFLICT_AT_CONNECT, GAVE_UP -> PortPool.EXHAUSTED;
            case ABORTED_BY_DELEGATE -> {
                // Constant as the refusals' are; what it threw, and over which number, is in its stack trace.
                SocketException aborted = new SocketException("BindIPEndPointDelegate threw an exception");
                aborted.addSuppressed(new PortPoolState(() -> String.valueOf(connection.thrown())));
                throw aborted;
            }
        };
    }

    long leaseGiven(int port, @Nullable Object owner) throws BindException {
        long now = limits.clock().leaseNanos(owner);
        long lease = limits.pool().leaseGiven(port, now);
        if (lease == PortPool.REFUSED) {
            refusedGivenPort.increment();
            throw refusal(
                    limits.bindMessage(),
                    () -> "local port " + port + " is live, in TIME_WAIT or held by another process");
        }
        leases.increment();
        return lease;
    }

    /** Another process turned out to hold the port: the lease never came to be. */
    void notOurs(long lease) {
        if (limits.pool().markHeldElsewhere(lease, now())) {
            heldElsewhere.increment();
            leases.decrement();
        }
    }

    void connected() {
        connected.increment();
    }

    /** Tells the listener of a connection that has its port. */
    LeaseListener.Lease tellLeased(RemoteEndpoint remote, @Nullable Object owner) {
        return listener.leased(remote, owner);
    }

    /** The application is to see its refusal, whatever becomes of the listener. */
    private void tellRefused(@Nullable RemoteEndpoint remote, @Nullable Object owner) {
        try {
            listener.refused(remote, owner);
        } catch (RuntimeException | Error e) {
            SocketHook.fault(e);
        }
    }

    void release(long lease, Release how, @Nullable Object owner, long heldNanos, boolean wasConnected) {
        if (!limits.clock().release(limits.pool(), lease, how, owner, heldNanos)) {
            throw new IllegalStateException("a lease ended twice");
        }
        if (wasConnected) {
            liveNanos.add(heldNanos);
        }
        switch (how) {
            case ACTIVE_CLOSE -> activeClose.increment();
            case PASSIVE_CLOSE -> passiveClose.increment();
            case ABORT -> aborted.increment();
            case FAILED_CONNECT -> failedConnect.increment();
        }
    }

    private BindException refusal(String message, Supplier<String> detail) {
        // The message is the platform's own and constant, since load tools group failures by message.
        BindException refusal = new BindException(message);
        refusal.addSuppressed(new PortPoolState(detail));
        return refusal;
    }

    private static String detail(@Nullable RemoteEndpoint remote, PoolSnapshot state) {
        long expiry = state.nanosToOldestExpiry();
        return String.format(
                Locale.ROOT,
                "ephemeral ports exhausted%s: all %d ports of %s are taken (%d live, %d in TIME_WAIT, %d held by other"
                        + " processes); TIME_WAIT lasts %.3f s here%s",
                remote == null ? "" : " towards " + remote,
                state.range().size(),
                state.range(),
                state.live(),
                state.timeWait(),
                state.heldElsewhere(),
                state.timeWaitNanos() / 1e9,
                expiry == PoolSnapshot.Row.NONE
                        ? ", and none is in it"
                        : String.format(Locale.ROOT, ", and the next port comes back in %.3f s", expiry / 1e9));
    }
}
