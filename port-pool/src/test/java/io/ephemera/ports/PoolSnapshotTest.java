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
    @DisplayName("of one pool for each destination has a row for each, and sums up with the scarcest one")
    void perDestination() {
        PortPool pool = new PortPool(FIVE, 240 * SECOND, Scope.DESTINATION, SelectionOrder.sequential());
        pool.release(pool.lease(ONE, 0), Release.ACTIVE_CLOSE, 0);
        pool.lease(ONE, 0);
        pool.lease(OTHER, 0);
        pool.release(pool.leaseForAnyDestination(SECOND), Release.ACTIVE_CLOSE, SECOND);
        pool.markHeldElsewhere(pool.lease(OTHER, SECOND), SECOND);
        PoolSnapshot snapshot = pool.snapshot(SECOND);
        assertEquals(
                List.of(
                        new PoolSnapshot.Row(ONE, 2, 1, 2, 0, 239 * SECOND),
                        new PoolSnapshot.Row(OTHER, 2, 1, 1, 1, 240 * SECOND)),
                snapshot.rows());
        assertEquals(2, snapshot.free());
        assertEquals(2, snapshot.live());
        assertEquals(2, snapshot.timeWait());
        assertEquals(1, snapshot.heldElsewhere());
        assertEquals(239 * SECOND, snapshot.nanosToOldestExpiry());
    }

    @Test
    @DisplayName("shows a remote endpoint with an IPv6 address in brackets")
    void remoteEndpoint() throws UnknownHostException {
        assertEquals("127.0.0.1:8080", ONE.toString());
        assertEquals(
                "[0:0:0:0:0:0:0:0]:443", new RemoteEndpoint(InetAddress.getByAddress(new byte[16]), 443).toString());
    }
}
