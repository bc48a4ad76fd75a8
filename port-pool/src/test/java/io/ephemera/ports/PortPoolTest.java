package io.ephemera.ports;

import static io.ephemera.ports.Remotes.ONE;
import static io.ephemera.ports.Remotes.OTHER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link PortPoolPropertyTest} has all of it together, held against {@link ReferencePool}. */
@DisplayName("A pool")
class PortPoolTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long TIME_WAIT = 240 * SECOND;

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

    @Test
    @DisplayName(
            "under scope destination has ports of its own for each local address that is bound; under scope global all addresses share them")
    void perSource() throws Exception {
        InetAddress one = InetAddress.getByName("127.0.1.1");
        InetAddress other = InetAddress.getByName("127.0.1.2");
        PortPool apart = pool(2, Scope.DESTINATION);
        assertEquals(1024, apart.port(apart.leaseFrom(one, 0)));
        apart.release(apart.leaseFrom(one, 0), Release.ACTIVE_CLOSE, 0);
        assertEquals(PortPool.EXHAUSTED, apart.leaseFrom(one, 0));
        assertEquals(1024, apart.port(apart.leaseFrom(other, 0)));
        assertEquals(PortPool.REFUSED, apart.leaseGiven(1025, 0), "a bind of every address meets that of one");
        assertEquals(1025, apart.port(apart.leaseFrom(one, TIME_WAIT)));

        PortPool together = pool(2, Scope.GLOBAL);
        together.leaseFrom(one, 0);
        together.leaseFrom(other, 0);
        assertEquals(PortPool.EXHAUSTED, together.leaseFrom(one, 0));
        assertEquals(PortPool.EXHAUSTED, together.lease(ONE, 0));
    }

    @Test
    @DisplayName("leases in random order: the same seed gives the same ports, another seed others")
    void reproducible() {
        int[] ports = hundredPorts(42);
        assertTrue(Arrays.equals(ports, hundredPorts(42)));
        assertNotEquals(Arrays.toString(ports), Arrays.toString(hundredPorts(43)));
        assertNotEquals(
                Arrays.toString(IntStream.rangeClosed(1024, 1123).toArray()),
                Arrays.toString(ports),
                "that would be sequential");
    }

    @Test
    @DisplayName("for each destination is shown with a row for each, and summed up with the scarcest one")
    void perDestination() {
        PortPool pool = pool(5, Scope.DESTINATION);
        pool.release(pool.lease(ONE, 0), Release.ACTIVE_CLOSE, 0);
        pool.lease(ONE, 0);
        pool.lease(OTHER, 0);
        pool.release(pool.leaseForAnyDestination(SECOND), Release.ACTIVE_CLOSE, SECOND);
        pool.markHeldElsewhere(pool.lease(OTHER, SECOND), SECOND);
        PoolSnapshot snapshot = pool.snapshot(SECOND);
        assertEquals(
                List.of(
                        new PoolSnapshot.Row(ONE, 2, 1, 2, 0, TIME_WAIT - SECOND),
                        new PoolSnapshot.Row(OTHER, 2, 1, 1, 1, TIME_WAIT)),
                snapshot.rows());
        assertEquals(2, snapshot.free());
        assertEquals(2, snapshot.live());
        assertEquals(2, snapshot.timeWait());
        assertEquals(1, snapshot.heldElsewhere());
        assertEquals(TIME_WAIT - SECOND, snapshot.nanosToOldestExpiry());
    }

    @Test
    @DisplayName("for each destination forgets those whose ports nobody uses, where there are many, and no other")
    void manyDestinations() throws UnknownHostException {
        PortPool pool = pool(5, Scope.DESTINATION);
        pool.lease(ONE, 0);
        int destinations = 10_000;
        for (int n = 0; n < destinations; n++) {
            byte[] address = {127, 1, (byte) (n >> 8), (byte) n};
            RemoteEndpoint remote = new RemoteEndpoint(InetAddress.getByAddress(address), 80);
            pool.release(pool.lease(remote, n * SECOND), Release.ACTIVE_CLOSE, n * SECOND);
        }
        List<PoolSnapshot.Row> rows = pool.snapshot((destinations - 1) * SECOND).rows();
        assertTrue(rows.size() <= 1_024, rows.size() + " are kept");
        assertEquals(new PoolSnapshot.Row(ONE, 4, 1, 0, 0, PoolSnapshot.Row.NONE), rows.get(0));
        assertEquals(
                TIME_WAIT / SECOND,
                rows.stream().mapToInt(PoolSnapshot.Row::timeWait).sum());
    }

    @Test
    @DisplayName("names a remote endpoint with an IPv6 address in brackets")
    void remoteEndpoint() throws UnknownHostException {
        assertEquals("127.0.0.1:8080", ONE.toString());
        assertEquals(
                "[0:0:0:0:0:0:0:0]:443", new RemoteEndpoint(InetAddress.getByAddress(new byte[16]), 443).toString());
    }

    private static int[] hundredPorts(long seed) {
        PortPool pool = new PortPool(new PortRange(1024, 1123), TIME_WAIT, Scope.GLOBAL, SelectionOrder.random(seed));
        return IntStream.range(0, 100).map(i -> pool.port(pool.lease(ONE, 0))).toArray();
    }

    private static PortPool pool(int ports, Scope scope) {
        return new PortPool(new PortRange(1024, 1023 + ports), TIME_WAIT, scope, SelectionOrder.sequential());
    }
}
