package io.ephemera.ports;

import static io.ephemera.ports.Remotes.ONE;
import static io.ephemera.ports.Remotes.OTHER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A pool")
class PortPoolTest {

    private static final long TIME_WAIT = 240_000_000_000L;

    @ParameterizedTest(name = "of {0} ports leases {0} and is then exhausted")
    @ValueSource(ints = {1, 2, 5, 64, 3_977, 64_511})
    void leasesEachPortOnce(int ports) {
        for (Scope scope : Scope.values()) {
            PortPool pool = pool(ports, scope);
            boolean[] seen = new boolean[ports];
            for (int i = 0; i < ports; i++) {
                int port = pool.port(pool.lease(ONE, 0));
                assertFalse(seen[port - 1024], "port " + port + " was leased twice");
                seen[port - 1024] = true;
            }
            assertEquals(PortPool.EXHAUSTED, pool.lease(ONE, 0));
            assertEquals(ports, pool.snapshot(0).live());
            assertEquals(0, pool.snapshot(0).free());
        }
    }

    @ParameterizedTest(name = "keeps a port for {1} ns after {0}")
    @CsvSource({"ACTIVE_CLOSE, 240000000000", "PASSIVE_CLOSE, 0", "ABORT, 0", "FAILED_CONNECT, 0"})
    void eachReleaseKeepsThePortAsLong(Release how, long nanos) {
        for (Scope scope : Scope.values()) {
            PortPool pool = pool(1, scope);
            assertTrue(pool.release(pool.lease(ONE, 10), how, 20));
            assertEquals(nanos > 0 ? 1 : 0, pool.snapshot(20).timeWait());
            if (nanos > 0) {
                assertEquals(nanos, pool.snapshot(20).nanosToOldestExpiry());
                assertEquals(PortPool.EXHAUSTED, pool.lease(ONE, 20 + nanos - 1), "a nanosecond early");
                assertEquals(1, pool.snapshot(20 + nanos - 1).nanosToOldestExpiry());
            }
            assertEquals(1024, pool.port(pool.lease(ONE, 20 + nanos)), "at the very instant");
        }
    }

    @Test
    @DisplayName("lets ports out of TIME_WAIT one by one, each at its own instant")
    void expiresEachOnTime() {
        PortPool pool = pool(5, Scope.GLOBAL);
        for (int i = 0; i < 5; i++) {
            pool.release(pool.lease(ONE, i), Release.ACTIVE_CLOSE, i);
        }
        for (int i = 0; i < 5; i++) {
            assertEquals(5 - i, pool.snapshot(TIME_WAIT + i - 1).timeWait());
            assertEquals(4 - i, pool.snapshot(TIME_WAIT + i).timeWait());
        }
    }

    @Test
    @DisplayName("under overload serves exactly its ports in each TIME_WAIT")
    void servesItsPortsInEachTimeWait() {
        PortPool pool = pool(3_977, Scope.GLOBAL);
        long gap = 50_000_000;
        for (int window = 0; window < 3; window++) {
            int served = 0;
            for (int call = 0; call < 4_800; call++) {
                long now = window * TIME_WAIT + call * gap;
                long lease = pool.lease(ONE, now);
                assertEquals(call < 3_977, lease != PortPool.EXHAUSTED, "window " + window + ", call " + call);
                served += pool.release(lease, Release.ACTIVE_CLOSE, now) ? 1 : 0;
            }
            assertEquals(3_977, served);
        }
    }

    @ParameterizedTest(name = "takes the time from any origin, also one from which it wraps round: {0}")
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 240_000_000_000L, -240_000_000_000L})
    void anyOrigin(long origin) {
        PortPool pool = pool(1, Scope.GLOBAL);
        for (int i = 0; i < 10; i++) {
            long now = origin + i * TIME_WAIT;
            assertTrue(pool.release(pool.lease(ONE, now), Release.ACTIVE_CLOSE, now));
            assertEquals(PortPool.EXHAUSTED, pool.lease(ONE, now + TIME_WAIT - 1));
        }
    }

    @Test
    @DisplayName("stands at the latest instant it was told, and counts each TIME_WAIT from its own close")
    void clockGoingBack() {
        PortPool pool = pool(2, Scope.GLOBAL);
        long first = pool.lease(ONE, 1_000);
        assertEquals(1_000, pool.snapshot(-5).atNanos());
        pool.release(first, Release.ACTIVE_CLOSE, 500);
        assertEquals(TIME_WAIT - 500, pool.snapshot(0).nanosToOldestExpiry());
        assertEquals(1, pool.snapshot(499 + TIME_WAIT).timeWait());
        assertEquals(0, pool.snapshot(500 + TIME_WAIT).timeWait());
        assertEquals(0, pool.snapshot(0).timeWait());
    }

    @Test
    @DisplayName(
            "gives ports back by expiry, in whatever order their closes are told, and at once what is over by then")
    void toldLate() {
        PortPool pool = pool(3, Scope.GLOBAL);
        long early = pool.lease(ONE, 10);
        long late = pool.lease(ONE, 20);
        long latest = pool.lease(ONE, 30);
        pool.release(latest, Release.ACTIVE_CLOSE, 30);
        pool.release(late, Release.ACTIVE_CLOSE, 20);
        assertEquals(new PortPool.Occupancy(1, 1, 1), pool.occupancy(ONE, 20 + TIME_WAIT));
        pool.release(early, Release.ACTIVE_CLOSE, 10);
        assertEquals(new PortPool.Occupancy(2, 0, 1), pool.occupancy(ONE, 0));
        assertEquals(new PortPool.Occupancy(3, 0, 0), pool.occupancy(ONE, 30 + TIME_WAIT));
    }

    @ParameterizedTest(name = "ends a lease once, and a stale one never ends a later one: {0}")
    @EnumSource(Release.class)
    void staleLeases(Release how) {
        PortPool pool = pool(1, Scope.GLOBAL);
        long now = 0;
        long stale = pool.lease(ONE, now);
        for (int i = 0; i < 1_000; i++) {
            assertTrue(pool.release(stale, how, now));
            assertFalse(pool.release(stale, how, now));
            assertFalse(pool.markHeldElsewhere(stale, now));
            long ended = stale;
            assertThrows(IllegalStateException.class, () -> pool.port(ended));
            now += TIME_WAIT;
            long lease = pool.lease(ONE, now);
            assertNotEquals(stale, lease);
            assertFalse(pool.release(stale, how, now));
            assertFalse(pool.markHeldElsewhere(stale, now));
            assertEquals(1024, pool.port(lease));
            assertEquals(1, pool.snapshot(now).live());
            stale = lease;
        }
    }

    @ParameterizedTest(name = "takes {0} for no lease")
    @ValueSource(longs = {PortPool.EXHAUSTED, PortPool.REFUSED, 0, 1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32})
    void noLease(long lease) {
        PortPool pool = pool(3, Scope.GLOBAL);
        assertFalse(pool.release(lease, Release.ABORT, 0));
        assertFalse(pool.markHeldElsewhere(lease, 0));
        assertThrows(IllegalStateException.class, () -> pool.port(lease));
        assertEquals(3, pool.snapshot(0).free());
    }

    @ParameterizedTest(name = "gives a given port unless it is live, waiting or held elsewhere, scope {0}")
    @EnumSource(Scope.class)
    void leaseGiven(Scope scope) {
        PortPool pool = pool(3, scope);
        long lease = pool.leaseGiven(1025, 0);
        assertEquals(1025, pool.port(lease));
        assertEquals(PortPool.REFUSED, pool.leaseGiven(1025, 0), "live");
        pool.release(lease, Release.ACTIVE_CLOSE, 0);
        assertEquals(PortPool.REFUSED, pool.leaseGiven(1025, TIME_WAIT - 1), "in TIME_WAIT");
        long again = pool.leaseGiven(1025, TIME_WAIT);
        assertEquals(1025, pool.port(again), "at the very instant");
        pool.markHeldElsewhere(again, TIME_WAIT);
        assertEquals(PortPool.REFUSED, pool.leaseGiven(1025, TIME_WAIT + PortPool.RECHECK_NANOS - 1), "held elsewhere");
        assertNotEquals(PortPool.REFUSED, pool.leaseGiven(1025, TIME_WAIT + PortPool.RECHECK_NANOS));
        assertEquals(PortPool.EXHAUSTED, leaseTheRest(pool, TIME_WAIT + PortPool.RECHECK_NANOS));
    }

    @ParameterizedTest(name = "doesn''t know port {0}")
    @ValueSource(ints = {1023, 1027, 0, -1, 65_536})
    void leaseGivenOutsideTheRange(int port) {
        PortPool pool = pool(3, Scope.GLOBAL);
        var refusal = assertThrows(IllegalArgumentException.class, () -> pool.leaseGiven(port, 0));
        assertEquals("port " + port + " is not in the range 1024-1026", refusal.getMessage());
    }

    @Test
    @DisplayName("passes a port that another process holds over for a second, and counts it apart")
    void heldElsewhere() {
        PortPool pool = pool(2, Scope.GLOBAL);
        long held = pool.lease(ONE, 0);
        assertTrue(pool.markHeldElsewhere(held, 0));
        assertFalse(pool.release(held, Release.ACTIVE_CLOSE, 0));
        PoolSnapshot snapshot = pool.snapshot(0);
        assertEquals(1, snapshot.heldElsewhere());
        assertEquals(0, snapshot.live());
        assertEquals(0, snapshot.timeWait());
        assertEquals(1, snapshot.free());
        assertEquals(1025, pool.port(pool.lease(ONE, 0)));
        assertEquals(PortPool.EXHAUSTED, pool.lease(ONE, PortPool.RECHECK_NANOS - 1));
        assertEquals(1024, pool.port(pool.lease(ONE, PortPool.RECHECK_NANOS)));
        assertEquals(0, pool.snapshot(PortPool.RECHECK_NANOS).heldElsewhere());
    }

    @Test
    @DisplayName("finds every port of a wide range held elsewhere, and all of them again a second later")
    void allHeldElsewhere() {
        PortPool pool = pool(5_000, Scope.GLOBAL);
        for (int i = 0; i < 5_000; i++) {
            pool.markHeldElsewhere(pool.lease(ONE, i), i);
        }
        assertEquals(5_000, pool.snapshot(5_000).heldElsewhere());
        assertEquals(PortPool.EXHAUSTED, pool.lease(ONE, 5_000));
        assertEquals(1, pool.snapshot(PortPool.RECHECK_NANOS).free());
        assertEquals(5_000, pool.snapshot(PortPool.RECHECK_NANOS + 4_999).free());
    }

    @ParameterizedTest(name = "frees what waits, and nothing else, when TIME_WAIT is cleared, scope {0}")
    @EnumSource(Scope.class)
    void clearTimeWait(Scope scope) {
        PortPool pool = pool(6, scope);
        long live = pool.lease(ONE, 0);
        pool.markHeldElsewhere(pool.lease(ONE, 0), 0);
        pool.release(pool.lease(ONE, 0), Release.ACTIVE_CLOSE, 0);
        pool.release(pool.lease(ONE, 0), Release.ACTIVE_CLOSE, 5);
        pool.release(pool.leaseForAnyDestination(5), Release.ACTIVE_CLOSE, 5);
        assertEquals(3, pool.clearTimeWait(6));
        assertEquals(0, pool.clearTimeWait(6));
        PoolSnapshot snapshot = pool.snapshot(6);
        assertEquals(0, snapshot.timeWait());
        assertEquals(1, snapshot.live());
        assertEquals(1, snapshot.heldElsewhere());
        assertEquals(4, snapshot.free());
        assertEquals(1024, pool.port(live));
        assertEquals(
                5, pool.snapshot(TIME_WAIT + 5).free(), "the held port comes back, nothing is freed a second time");
    }

    @Test
    @DisplayName("tells the peak of TIME_WAIT since it was last asked, and starts again from what waits now")
    void drainPeakTimeWait() {
        PortPool pool = pool(5, Scope.GLOBAL);
        assertEquals(0, pool.drainPeakTimeWait(0));
        pool.release(pool.lease(ONE, 0), Release.ACTIVE_CLOSE, 0);
        pool.release(pool.lease(ONE, 0), Release.ACTIVE_CLOSE, 0);
        pool.release(pool.lease(ONE, 0), Release.ACTIVE_CLOSE, 7);
        pool.release(pool.lease(ONE, 0), Release.PASSIVE_CLOSE, 7);
        assertEquals(3, pool.drainPeakTimeWait(TIME_WAIT), "two have expired by now");
        assertEquals(1, pool.drainPeakTimeWait(TIME_WAIT + 7), "one stood until a moment ago");
        assertEquals(0, pool.drainPeakTimeWait(TIME_WAIT + 7));
    }

    @Test
    @DisplayName("needs a TIME_WAIT above 0 and answers for what it was made with")
    void made() {
        for (long timeWaitNanos : new long[] {0, -1}) {
            var refusal = assertThrows(
                    IllegalArgumentException.class,
                    () -> new PortPool(new PortRange(1, 2), timeWaitNanos, Scope.GLOBAL, SelectionOrder.sequential()));
            assertEquals("TIME_WAIT must last longer than 0 ns, not " + timeWaitNanos + " ns", refusal.getMessage());
        }
        PortPool pool = pool(3, Scope.DESTINATION);
        assertEquals(new PortRange(1024, 1026), pool.range());
        assertEquals(TIME_WAIT, pool.timeWaitNanos());
        assertEquals(Scope.DESTINATION, pool.scope());
    }

    private static PortPool pool(int ports, Scope scope) {
        return new PortPool(new PortRange(1024, 1023 + ports), TIME_WAIT, scope, SelectionOrder.sequential());
    }

    private static long leaseTheRest(PortPool pool, long nowNanos) {
        assertNotEquals(PortPool.EXHAUSTED, pool.lease(OTHER, nowNanos));
        assertNotEquals(PortPool.EXHAUSTED, pool.lease(OTHER, nowNanos));
        return pool.lease(OTHER, nowNanos);
    }

    @Test
    @DisplayName(
            "with a bound on TIME_WAIT gives a port back at its close while so many are in it, for all destinations")
    void mostTimeWait() {
        PortPool pool = new PortPool(new PortRange(1024, 1027), 100, Scope.DESTINATION, SelectionOrder.sequential(), 3);
        for (int call = 0; call < 1_000; call++) {
            long lease = pool.lease(Remotes.at(8080 + call % 2), 0);
            assertTrue(lease >= 0, "call " + call + " finds a port, though none comes back by time");
            pool.release(lease, Release.ACTIVE_CLOSE, 0);
        }
        assertEquals(3, pool.snapshot(0).timeWait());
        assertEquals(3, pool.drainPeakTimeWait(0));
        // When they have come back, closes leave ports in TIME_WAIT again.
        pool.release(pool.lease(Remotes.at(8080), 100), Release.ACTIVE_CLOSE, 100);
        assertEquals(1, pool.snapshot(100).timeWait());
    }

    @Test
    @DisplayName("with a bound of as many ports as it has is exhausted like one without")
    void mostTimeWaitOfAllPorts() {
        PortPool pool = new PortPool(new PortRange(1024, 1027), 100, Scope.GLOBAL, SelectionOrder.sequential(), 4);
        for (int call = 0; call < 4; call++) {
            pool.release(pool.lease(Remotes.at(8080), 0), Release.ACTIVE_CLOSE, 0);
        }
        assertEquals(PortPool.EXHAUSTED, pool.lease(Remotes.at(8080), 99));
        assertThrows(
                IllegalArgumentException.class,
                () -> new PortPool(new PortRange(1024, 1027), 100, Scope.GLOBAL, SelectionOrder.sequential(), 0));
    }
}
