package io.ephemera.ports;

import static io.ephemera.ports.Remotes.ONE;
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
    @DisplayName("needs a TIME_WAIT and a bound on it above 0, and answers for what it was made with")
    void made() {
        for (long timeWaitNanos : new long[] {0, -1}) {
            var refusal = assertThrows(
                    IllegalArgumentException.class,
                    () -> new PortPool(new PortRange(1, 2), timeWaitNanos, Scope.GLOBAL, SelectionOrder.sequential()));
            assertEquals("TIME_WAIT must last longer than 0 ns, not " + timeWaitNanos + " ns", refusal.getMessage());
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new PortPool(new PortRange(1, 2), 1, Scope.GLOBAL, SelectionOrder.sequential(), 0));
        PortPool pool = pool(3, Scope.DESTINATION);
        assertEquals(new PortRange(1024, 1026), pool.range());
        assertEquals(TIME_WAIT, pool.timeWaitNanos());
        assertEquals(Scope.DESTINATION, pool.scope());
    }

    private static PortPool pool(int ports, Scope scope) {
        return new PortPool(new PortRange(1024, 1023 + ports), TIME_WAIT, scope, SelectionOrder.sequential());
    }
}
