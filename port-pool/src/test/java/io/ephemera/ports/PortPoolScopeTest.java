package io.ephemera.ports;

import static io.ephemera.ports.Remotes.ONE;
import static io.ephemera.ports.Remotes.OTHER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The scope of a pool")
class PortPoolScopeTest {

    private static final long TIME_WAIT = 60_000_000_000L;

    @Test
    @DisplayName("global: a port in use towards one destination is taken for every other")
    void global() {
        PortPool pool = pool(2, Scope.GLOBAL);
        pool.lease(ONE, 0);
        pool.release(pool.lease(OTHER, 0), Release.ACTIVE_CLOSE, 0);
        assertEquals(PortPool.EXHAUSTED, pool.lease(ONE, 0));
        assertEquals(PortPool.EXHAUSTED, pool.lease(OTHER, 0));
        assertEquals(PortPool.EXHAUSTED, pool.leaseForAnyDestination(0));
        assertEquals(1, pool.snapshot(0).rows().size());
    }

    @Test
    @DisplayName("destination: a port in use towards one destination is free towards another")
    void perDestination() {
        PortPool pool = pool(2, Scope.DESTINATION);
        assertEquals(1024, pool.port(pool.lease(ONE, 0)));
        pool.release(pool.lease(ONE, 0), Release.ACTIVE_CLOSE, 0);
        assertEquals(PortPool.EXHAUSTED, pool.lease(ONE, 0));
        assertEquals(1024, pool.port(pool.lease(OTHER, 0)));
        assertEquals(1025, pool.port(pool.lease(OTHER, 0)));
        assertEquals(PortPool.EXHAUSTED, pool.lease(OTHER, 0));
        assertEquals(3, pool.snapshot(0).live());
        assertEquals(1, pool.snapshot(0).timeWait());
        assertEquals(1025, pool.port(pool.lease(ONE, TIME_WAIT)));
    }

    @Test
    @DisplayName("destination: each local address that is bound has ports of its own; global: all addresses share them")
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
    @DisplayName("destination: a thousand destinations have the whole range each")
    void manyDestinations() {
        PortPool pool = pool(100, Scope.DESTINATION);
        for (int remote = 1; remote <= 1_000; remote++) {
            for (int i = 0; i < 100; i++) {
                pool.release(pool.lease(Remotes.at(remote), 0), Release.ACTIVE_CLOSE, 0);
            }
            assertEquals(PortPool.EXHAUSTED, pool.lease(Remotes.at(remote), 0));
        }
        assertEquals(100_000, pool.snapshot(0).timeWait());
        assertEquals(100_000, pool.drainPeakTimeWait(0));
        assertEquals(0, pool.snapshot(TIME_WAIT).timeWait());
        assertEquals(100, pool.snapshot(TIME_WAIT).free());
    }

    private static PortPool pool(int ports, Scope scope) {
        return new PortPool(new PortRange(1024, 1023 + ports), TIME_WAIT, scope, SelectionOrder.sequential());
    }
}
