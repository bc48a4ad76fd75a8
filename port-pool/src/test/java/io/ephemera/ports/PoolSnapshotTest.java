package io.ephemera.ports;

import static io.ephemera.ports.Remotes.ONE;
import static io.ephemera.ports.Remotes.OTHER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A snapshot")
class PoolSnapshotTest {

    private static final PortRange FIVE = new PortRange(1024, 1028);
    private static final long SECOND = 1_000_000_000L;

    @Test
    @DisplayName("of an unused pool has every port free and no next expiry")
    void unused() {
        for (Scope scope : Scope.values()) {
            PoolSnapshot snapshot = new PortPool(FIVE, 240 * SECOND, scope, SelectionOrder.sequential()).snapshot(7);
            assertEquals(
                    new PoolSnapshot(
                            FIVE,
                            scope,
                            240 * SECOND,
                            7,
                            0,
                            0,
                            List.of(new PoolSnapshot.Row(null, 5, 0, 0, 0, PoolSnapshot.Row.NONE))),
                    snapshot);
            assertEquals(5, snapshot.free());
            assertEquals(PoolSnapshot.Row.NONE, snapshot.nanosToOldestExpiry());
        }
    }

    @Test
    @DisplayName("of one pool for all destinations reads like netstat")
    void globalText() {
        PortPool pool = new PortPool(FIVE, 240 * SECOND, Scope.GLOBAL, SelectionOrder.sequential());
        pool.release(pool.lease(ONE, 0), Release.ACTIVE_CLOSE, 0);
        pool.lease(ONE, 0);
        pool.lease(OTHER, 0);
        pool.markHeldElsewhere(pool.lease(ONE, SECOND / 2), SECOND / 2);
        assertEquals(
                List.of(
                        "Local ports 1024-1028 (5), TIME_WAIT 240.000 s, scope global",
                        "Remote endpoint                              LIVE TIME_WAIT ELSEWHERE     FREE  NEXT EXPIRY",
                        "*:*                                             2        1         1        1  239.500 s"),
                pool.snapshot(SECOND / 2).toString().lines().toList());
    }

    @Test
    @DisplayName("of one pool for each destination has a row for each, and sums up with the scarcest one")
    void perDestinationText() throws UnknownHostException {
        RemoteEndpoint v6 = new RemoteEndpoint(InetAddress.getByAddress(new byte[16]), 443);
        PortPool pool = new PortPool(FIVE, 240 * SECOND, Scope.DESTINATION, SelectionOrder.sequential());
        pool.release(pool.lease(ONE, 0), Release.ACTIVE_CLOSE, 0);
        pool.lease(ONE, 0);
        pool.lease(v6, 0);
        pool.release(pool.leaseForAnyDestination(SECOND), Release.ACTIVE_CLOSE, SECOND);
        pool.markHeldElsewhere(pool.lease(v6, SECOND), SECOND);
        PoolSnapshot snapshot = pool.snapshot(SECOND);
        assertEquals(
                List.of(
                        "Local ports 1024-1028 (5), TIME_WAIT 240.000 s, scope destination",
                        "Remote endpoint                              LIVE TIME_WAIT ELSEWHERE     FREE  NEXT EXPIRY",
                        "127.0.0.1:8080                                  1        2         0        2  239.000 s",
                        "[0:0:0:0:0:0:0:0]:443                           1        1         1        2  240.000 s"),
                snapshot.toString().lines().toList());
        assertEquals(2, snapshot.free());
        assertEquals(2, snapshot.live());
        assertEquals(2, snapshot.timeWait());
        assertEquals(1, snapshot.heldElsewhere());
        assertEquals(239 * SECOND, snapshot.nanosToOldestExpiry());
    }
}
