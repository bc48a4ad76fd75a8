package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Every connection to the destinations named is under a small pool, whose time stands still unless a test moves it. */
final class PooledHarness extends Harness {

    static final String CONNECT_MESSAGE = "Address already in use: connect";
    static final String BIND_MESSAGE = "Address already in use: bind";
    static final Duration TIME_WAIT = Duration.ofMinutes(4);

    private final PortHook hook;
    private final AtomicLong clockNanos = new AtomicLong(1);
    private final Set<RemoteEndpoint> destinations = ConcurrentHashMap.newKeySet();
    private final PortPool pool;
    private final EnforcedPool enforced;
    private Map<Release, Long> endedBefore = Map.of();

    PooledHarness(PortRange range, Scope scope) throws HookUnavailableException {
        this(range, scope, EnforcedLimits.HeldPorts.PASSED_OVER);
    }

    PooledHarness(PortRange range, Scope scope, EnforcedLimits.HeldPorts held) throws HookUnavailableException {
        hook = PortHook.install();
        pool = new PortPool(range, TIME_WAIT.toNanos(), scope, SelectionOrder.sequential());
        enforced = hook.enforce(new EnforcedLimits(
                pool, clockNanos::get, destinations::contains, CONNECT_MESSAGE, BIND_MESSAGE, null, null, held, null));
    }

    static PooledHarness overPorts(int count) throws HookUnavailableException {
        return new PooledHarness(UnusedPorts.inARow(count), Scope.GLOBAL);
    }

    /** The pool has room for all. */
    @Override
    long timeWaitsNotKept() {
        return 0;
    }

    EnforcedPool enforced() {
        return enforced;
    }

    LeaseCounts counts() {
        return enforced.counts();
    }

    PortRange range() {
        return pool.range();
    }

    PortHook hook() {
        return hook;
    }

    void pass(Duration time) {
        clockNanos.addAndGet(time.toNanos());
    }

    @Override
    InetSocketAddress govern(InetSocketAddress destination) {
        destinations.add(new RemoteEndpoint(destination.getAddress(), destination.getPort()));
        return destination;
    }

    @Override
    int givenPort() {
        return pool.range().lastPort();
    }

    @Override
    void ended(Release... releases) {
        Map<Release, Long> expected = new HashMap<>();
        Arrays.stream(releases).forEach(release -> expected.merge(release, 1L, Long::sum));
        assertEquals(expected, newlyEnded(), () -> "leases ended, beside " + enforced.snapshot());
    }

    private Map<Release, Long> newlyEnded() {
        Await.until(() -> counts().stillLive() == 0);
        Map<Release, Long> now = counts().ended();
        Map<Release, Long> newly = new HashMap<>(now);
        endedBefore.forEach((release, before) -> newly.merge(release, -before, Long::sum));
        newly.values().removeIf(more -> more == 0);
        endedBefore = now;
        return newly;
    }

    @Override
    void live(int leases) {
        // Netty connects on a thread of its own.
        Await.until(() -> enforced.snapshot().live() >= leases);
        assertEquals(
                leases, enforced.snapshot().live(), () -> enforced.snapshot().toString());
    }

    @Override
    void refusedGivenPort(Throwable refusal) {
        assertEquals(BIND_MESSAGE, refusal.getMessage());
        assertTrue(
                Arrays.stream(refusal.getSuppressed()).anyMatch(PortPoolState.class::isInstance),
                "the pool's state is suppressed in it");
    }

    @Override
    public void close() throws IOException {
        super.close();
        Await.until(() -> counts().stillLive() == 0);
        enforced.close();
        LeaseCounts counts = counts();
        assertAll(
                () -> assertNull(enforced.firstFault()),
                () -> assertEquals(0, enforced.snapshot().live()),
                () -> assertEquals(counts.leases() - counts.ended(Release.FAILED_CONNECT), counts.connected()));
    }
}
