package io.ephemera.agent;

import io.ephemera.ports.GatewayPool;
import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortStates;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.bind.ServicePoint;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The pool that the connections of this JVM take their ports from, until it is closed. Connections that are open then keep their
 * lease, and give it back to this pool when they end.
 */
public final class EnforcedPool implements AutoCloseable {

    private final EnforcedLimits limits;
    private final LeaseListener listener;
    private final Consumer<EnforcedPool> onClose;
    private final ToIntFunction<EnforcedPool> closeWait;

    private final LongAdder leases = new LongAdder();
    private final LongAdder connected = new LongAdder();
    private final LongAdder exhausted = new LongAdder();
    private final LongAdder heldElsewhere = new LongAdder();
    private final LongAdder liveNanos = new LongAdder();
    private final Map<Release, LongAdder> ended = new ConcurrentHashMap<>();
    /** Ports that another process held when they were tried last; the pool itself forgets them when they may be tried again. */
    private final Set<Integer> held = ConcurrentHashMap.newKeySet();

    private final AtomicReference<@Nullable Throwable> firstFault = new AtomicReference<>();

    EnforcedPool(
            EnforcedLimits limits,
            LeaseListener listener,
            Consumer<EnforcedPool> onClose,
            ToIntFunction<EnforcedPool> closeWait) {
        this.limits = limits;
        this.listener = listener;
        this.onClose = onClose;
        this.closeWait = closeWait;
    }

    /** What is enforced. */
    public EnforcedLimits limits() {
        return limits;
    }

    /** The state of the pool now. A port that another process was found to hold counts as held until it is tried with success. */
    public PoolSnapshot snapshot() {
        PoolSnapshot now = limits.pool().snapshot(now());
        int heldBefore = held.size();
        if (heldBefore <= now.heldElsewhere()) {
            return now;
        }
        return now.withRows(
                now.rows().stream().map(row -> withHeld(row, heldBefore)).toList());
    }

    /** What each port is doing now; those that other processes hold as in {@link #snapshot}. */
    public PortStates states() {
        limits.pool().snapshot(now());
        return limits.pool().states().withHeldElsewhere(held);
    }

    private static PoolSnapshot.Row withHeld(PoolSnapshot.Row row, int held) {
        int more = Math.min(row.free(), Math.max(0, held - row.heldElsewhere()));
        return new PoolSnapshot.Row(
                row.remote(),
                row.free() - more,
                row.live(),
                row.timeWait(),
                row.heldElsewhere() + more,
                row.nanosToOldestExpiry());
    }

    /** Open connections that the peer has closed and this side has not: those in CLOSE_WAIT. */
    public int inCloseWait() {
        return closeWait.applyAsInt(this);
    }

    /** The highest number of ports in TIME_WAIT since the last call of this method. */
    public int drainPeakTimeWait() {
        return limits.pool().drainPeakTimeWait(now());
    }

    /** Puts every port in TIME_WAIT back among the free ones, as resetting the stack does; returns how many. */
    public int resetStack() {
        return limits.pool().clearTimeWait(now());
    }

    /**
     * The first fault inside the hook over a connection of this pool, after which the counts can't be trusted; {@code null} if there was
     * none.
     */
    public @Nullable Throwable firstFault() {
        return firstFault.get();
    }

    /** What has become of the connections so far. */
    public LeaseCounts counts() {
        // Before those given: what comes and goes in between must not make the live ones negative.
        Map<Release, Long> sums = new EnumMap<>(Release.class);
        ended.forEach((how, count) -> sums.put(how, count.sum()));
        return new LeaseCounts(
                leases.sum(), connected.sum(), exhausted.sum(), heldElsewhere.sum(), liveNanos.sum(), sums);
    }

    /** New connections no longer take a port from this pool. Closing it again changes nothing. */
    @Override
    public void close() {
        onClose.accept(this);
    }

    @FunctionalInterface
    interface Step {

        /**
         * Takes it.
         *
         * @throws IOException which is meant for the application, as the JDK itself would throw it
         */
        void take() throws IOException;
    }

    /**
     * Takes a step on behalf of an application that must not notice if it goes wrong: what does is a fault of this pool's, and the
     * connection goes on without a lease.
     *
     * @return what is meant for the application; {@code null} if nothing is
     */
    @Nullable
    IOException guard(Step step) {
        try {
            step.take();
            return null;
        } catch (IOException e) {
            return e;
        } catch (Throwable t) {
            firstFault.compareAndSet(null, t);
            return null;
        }
    }

    private long now() {
        return limits.clock().nowNanos();
    }

    boolean counts(RemoteEndpoint remote) {
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
        long lease = lease(remote, local, now);
        if (lease == PortPool.EXHAUSTED) {
            exhausted.increment();
            PoolSnapshot state = limits.pool().snapshot(now);
            // The application is to see its refusal, whatever becomes of the listener.
            guard(() -> listener.refused(remote, owner));
            throw refusal(remote == null ? limits.bindMessage() : limits.connectMessage(), () -> detail(remote, state));
        }
        leases.increment();
        return lease;
    }

    private long lease(@Nullable RemoteEndpoint remote, InetAddress local, long now) throws SocketException {
        PortPool pool = limits.pool();
        if (remote == null) {
            return local.isAnyLocalAddress() ? pool.leaseForAnyDestination(now) : pool.leaseFrom(local, now);
        }
        ServicePoint servicePoint = limits.servicePoint();
        return servicePoint == null ? pool.lease(remote, now) : chosen(servicePoint, now);
    }

    /** A delegate that finds none of its ports free is back where it began, so it is not asked at all where none is free. */
    private long chosen(ServicePoint servicePoint, long now) throws SocketException {
        if (limits.pool().freeForAnyDestination(now) == 0) {
            return PortPool.EXHAUSTED;
        }
        try {
            return servicePoint.lease(now);
        } catch (IllegalArgumentException thrown) {
            // Constant as the refusals' are; what it threw, and over which number, is in its stack trace.
            SocketException aborted = new SocketException("BindIPEndPointDelegate threw an exception");
            aborted.addSuppressed(new PortPoolState(thrown::toString));
            throw aborted;
        }
    }

    long leaseGiven(int port, @Nullable Object owner) throws BindException {
        long lease = limits.pool().leaseGiven(port, limits.clock().leaseNanos(owner));
        if (lease == PortPool.REFUSED) {
            throw refusal(
                    limits.bindMessage(),
                    () -> "local port " + port + " is live, in TIME_WAIT or held by another process");
        }
        leases.increment();
        return lease;
    }

    /** A port of the pool was tried: the system has it free, or another process holds it. */
    void tried(int port, boolean isHeld) {
        if (isHeld) {
            held.add(port);
        } else if (!held.isEmpty()) {
            held.remove(port);
        }
    }

    /** Another process turned out to hold the port: the lease never came to be. */
    void heldElsewhere(long lease) {
        if (limits.pool().markHeldElsewhere(lease, now())) {
            heldElsewhere.increment();
            leases.decrement();
        }
    }

    void connected() {
        connected.increment();
    }

    boolean countsRequests() {
        return listener.countsRequests();
    }

    /** Whether it matters who hands work to whom, told by {@link #handedOver} and {@link #takenUp}. */
    boolean followsHandovers() {
        return listener.followsHandovers();
    }

    void handedOver(LeaseListener.Handover how, Object work) {
        guard(() -> listener.handedOver(how, work));
    }

    void takenUp(LeaseListener.Handover how, Object work) {
        guard(() -> listener.takenUp(how, work));
    }

    @Nullable
    Object channelMade() {
        AtomicReference<@Nullable Object> owner = new AtomicReference<>();
        guard(() -> owner.set(listener.channelMade()));
        return owner.get();
    }

    LeaseListener.Lease tellLeased(RemoteEndpoint remote, @Nullable Object owner) {
        return listener.leased(remote, owner);
    }

    void releaseUnconnected(long lease, @Nullable Object owner) {
        release(lease, Release.FAILED_CONNECT, owner, 0);
    }

    /** A connection has its local port: takes one of the gateway's; {@code null} if that has none. */
    GatewayPool.@Nullable Mapping map(
            EnforcedGateway gateway, long lease, RemoteEndpoint remote, @Nullable Object owner) {
        GatewayPool.Mapping mapping = gateway.pool()
                .open(
                        gateway.clientOf().applyAsInt(owner),
                        limits.pool().port(lease),
                        remote,
                        limits.clock().leaseNanos(owner));
        if (mapping == null) {
            listener.unanswered(remote, owner);
        }
        return mapping;
    }

    void unmap(GatewayPool.Mapping mapping, Release how, @Nullable Object owner, long heldNanos) {
        EnforcedGateway gateway = limits.gateway();
        if (gateway != null) {
            gateway.pool().close(mapping, how, limits.clock().releaseNanos(owner, heldNanos));
        }
    }

    void release(long lease, Release how, @Nullable Object owner, long heldNanos) {
        if (!limits.clock().release(limits.pool(), lease, how, owner, heldNanos)) {
            throw new IllegalStateException("a lease ended twice");
        }
        liveNanos.add(heldNanos);
        ended.computeIfAbsent(how, first -> new LongAdder()).increment();
    }

    private static BindException refusal(String message, Supplier<String> detail) {
        // The message is the platform's own and constant, since load tools group failures by message.
        return refusal(message, new PortPoolState(detail));
    }

    private static BindException refusal(String message, PortPoolState state) {
        BindException refusal = new BindException(message);
        refusal.addSuppressed(state);
        return refusal;
    }

    /** The same refusal of a connect as a platform words it that refuses it when it is finished; any other stays as it is. */
    IOException refusedLater(IOException refusal) {
        String finishing = limits.finishConnectMessage();
        return refusal instanceof BindException
                        && refusal.getSuppressed().length == 1
                        && refusal.getSuppressed()[0] instanceof PortPoolState state
                        && finishing != null
                ? refusal(finishing, state)
                : refusal;
    }

    private static String detail(@Nullable RemoteEndpoint remote, PoolSnapshot state) {
        long expiry = state.nanosToOldestExpiry();
        return String.format(
                Locale.ROOT,
                "ephemeral ports exhausted%s: every port of %s is taken (%d live, %d in TIME_WAIT, %d held by other"
                        + " processes); TIME_WAIT lasts %.3f s here%s",
                remote == null ? "" : " towards " + remote,
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
