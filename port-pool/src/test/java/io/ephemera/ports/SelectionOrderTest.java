package io.ephemera.ports;

import static io.ephemera.ports.Remotes.ONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@link PortPoolPropertyTest} has both orders beside all else that a pool does. */
@DisplayName("The order in which ports are leased")
class SelectionOrderTest {

    @Test
    @DisplayName("sequential: upwards, round to the low end, past what is in use, also where ports come back at once")
    void sequential() {
        PortPool pool = pool(4, Scope.GLOBAL, SelectionOrder.sequential());
        assertEquals(1024, leaseAndRelease(pool));
        assertEquals(1025, leaseAndRelease(pool));
        assertEquals(1026, pool.port(pool.lease(ONE, 0)));
        assertEquals(1027, leaseAndRelease(pool));
        assertEquals(1024, leaseAndRelease(pool));
        assertEquals(1025, leaseAndRelease(pool));
        assertEquals(1027, leaseAndRelease(pool), "1026 is in use");
        assertEquals(1024, pool.port(pool.lease(ONE, 0)));
        assertEquals(1025, pool.port(pool.lease(ONE, 0)));
        assertEquals(1027, leaseAndRelease(pool));
        assertEquals(1027, leaseAndRelease(pool), "the only one left");
    }

    @Test
    @DisplayName("random: the same seed gives the same ports, another seed others")
    void reproducible() {
        int[] ports = hundredPorts(42);
        assertTrue(Arrays.equals(ports, hundredPorts(42)));
        assertNotEquals(Arrays.toString(ports), Arrays.toString(hundredPorts(43)));
        assertNotEquals(
                Arrays.toString(IntStream.rangeClosed(1024, 1123).toArray()),
                Arrays.toString(ports),
                "that would be sequential");
    }

    /** 16.92 is the 95 % point of chi square with 9 degrees of freedom; the seed is fixed, so the test can't flicker. */
    @Test
    @DisplayName("random: every port is as likely as any other")
    void uniform() {
        PortPool pool = pool(10, Scope.GLOBAL, SelectionOrder.random(6056));
        int[] counts = new int[10];
        for (int i = 0; i < 100_000; i++) {
            counts[leaseAndRelease(pool) - 1024]++;
        }
        double chiSquare = 0;
        for (int count : counts) {
            chiSquare += Math.pow(count - 10_000, 2) / 10_000;
        }
        assertTrue(chiSquare < 16.92, "chi square " + chiSquare + " of " + Arrays.toString(counts));
    }

    private static int[] hundredPorts(long seed) {
        PortPool pool = pool(100, Scope.GLOBAL, SelectionOrder.random(seed));
        return IntStream.range(0, 100).map(i -> pool.port(pool.lease(ONE, 0))).toArray();
    }

    private static int leaseAndRelease(PortPool pool) {
        long lease = pool.lease(ONE, 0);
        int port = pool.port(lease);
        pool.release(lease, Release.PASSIVE_CLOSE, 0);
        return port;
    }

    private static PortPool pool(int ports, Scope scope, SelectionOrder order) {
        return new PortPool(new PortRange(1024, 1023 + ports), 1_000_000_000L, scope, order);
    }
}
