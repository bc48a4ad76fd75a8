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
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Every connection to the destinations named is under a small pool, whose time stands still unless a test moves it. */
final class GovernedHarness implements Harness {

    static final String CONNECT_MESSAGE = "Address already in use: connect";
    static final String BIND_MESSAGE = "Address already in use: bind";
    static final Duration TIME_WAIT = Duration.ofMinutes(4);

    private final PortHook hook;
    private final AtomicLong clockNanos = new AtomicLong(1);
    private final Set<RemoteEndpoint> destinations = ConcurrentHashMap.newKeySet();
    private final PortPool pool;
    private final Governance governance;
    private Map<Release, Long> endedBefore = new EnumMap<>(Release.class);

    GovernedHarness(PortRange range, Scope scope) throws HookUnavailableException {
        hook = PortHook.install();
        pool = new PortPool(range, TIME_WAIT.toNanos(), scope, SelectionOrder.sequential());
        governance =
                hook.govern(new Limits(pool, clockNanos::get, destinations::contains, CONNECT_MESSAGE, BIND_MESSAGE));
        endedBefore = ended(governance.counts());
    }

    static GovernedHarness overPorts(int count) throws HookUnavailableException {
        return new GovernedHarness(TestPorts.unused(count), Scope.GLOBAL);
    }

    Governance governance() {
        return governance;
    }

    PortPool pool() {
        return pool;
    }

    PortHook hook() {
        return hook;
    }

    void pass(Duration time) {
        clockNanos.addAndGet(time.toNanos());
    }

    @Override
    public InetSocketAddress govern(InetSocketAddress destination) {
        destinations.add(new RemoteEndpoint(destination.getAddress(), destination.getPort()));
        return destination;
    }

    @Override
    public int givenPort() {
        return pool.range().lastPort();
    }

    @Override
    public void ended(Release... releases) {
        Map<Release, Long> expected = new EnumMap<>(Release.class);
        Arrays.stream(releases).forEach(release -> expected.merge(release, 1L, Long::sum));
        assertEquals(expected, newlyEnded(), () -> "leases ended, beside " + governance.snapshot());
    }

    @Override
    public void endedOneOf(Release one, Release other) {
        Map<Release, Long> ended = newlyEnded();
        assertTrue(ended.equals(Map.of(one, 1L)) || ended.equals(Map.of(other, 1L)), ended::toString);
    }

    @Override
    public void endedOnly(Release release) {
        assertEquals(Set.of(release), newlyEnded().keySet());
    }

    private Map<Release, Long> newlyEnded() {
        Await.until(() -> governance.counts().stillLive() == 0);
        Map<Release, Long> now = ended(governance.counts());
        Map<Release, Long> newly = new EnumMap<>(Release.class);
        now.forEach((release, count) -> {
            long more = count - endedBefore.getOrDefault(release, 0L);
            if (more > 0) {
                newly.put(release, more);
            }
        });
        endedBefore = now;
        return newly;
    }

    @Override
    public void live(int leases) {
        // Netty connects on a thread of its own.
        Await.until(() -> governance.snapshot().live() >= leases);
        assertEquals(
                leases,
                governance.snapshot().live(),
                () -> governance.snapshot().toString());
    }

    @Override
    public void refusedGivenPort(Throwable refusal) {
        assertEquals(BIND_MESSAGE, refusal.getMessage());
        assertTrue(
                Arrays.stream(refusal.getSuppressed()).anyMatch(PortPoolState.class::isInstance),
                "the pool's state is suppressed in it");
    }

    @Override
    public void close() {
        Await.until(() -> governance.counts().stillLive() == 0);
        governance.close();
        LeaseCounts counts = governance.counts();
        assertAll(
                () -> assertNull(
                        hook.firstFault(),
                        () -> Arrays.toString(
                                hook.firstFault() == null
                                        ? null
                                        : hook.firstFault().getStackTrace())),
                () -> assertEquals(0, governance.snapshot().live()),
                () -> assertEquals(
                        counts.leases(),
                        counts.activeClose() + counts.passiveClose() + counts.aborted() + counts.failedConnect()),
                () -> assertEquals(
                        counts.connected(), counts.activeClose() + counts.passiveClose() + counts.aborted()));
    }

    private static Map<Release, Long> ended(LeaseCounts counts) {
        Map<Release, Long> ended = new EnumMap<>(Release.class);
        ended.put(Release.ACTIVE_CLOSE, counts.activeClose());
        ended.put(Release.PASSIVE_CLOSE, counts.passiveClose());
        ended.put(Release.ABORT, counts.aborted());
        ended.put(Release.FAILED_CONNECT, counts.failedConnect());
        return ended;
    }
}
