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
    @DisplayName("destination: equal endpoints are one destination, the same address with another port is not")
    void whatADestinationIs() {
        PortPool pool = pool(1, Scope.DESTINATION);
        pool.lease(Remotes.at(80), 0);
        assertEquals(PortPool.EXHAUSTED, pool.lease(Remotes.at(80), 0));
        assertEquals(1024, pool.port(pool.lease(Remotes.at(81), 0)));
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
    @DisplayName("destination: a bind takes its port for known destinations and for those first seen later")
    void bindTakesThePortForAll() {
        PortPool pool = pool(3, Scope.DESTINATION);
        pool.release(pool.lease(ONE, 0), Release.ABORT, 0);
        long bound = pool.leaseForAnyDestination(0);
        long given = pool.leaseGiven(1026, 0);
        assertEquals(1024, pool.port(bound));
        assertEquals(1025, pool.port(pool.lease(ONE, 0)));
        assertEquals(PortPool.EXHAUSTED, pool.lease(ONE, 0));
        assertEquals(1025, pool.port(pool.lease(OTHER, 0)), "first seen after both binds");
        assertEquals(PortPool.EXHAUSTED, pool.lease(OTHER, 0));

        pool.release(bound, Release.ACTIVE_CLOSE, 0);
        pool.markHeldElsewhere(given, 0);
        RemoteEndpoint third = Remotes.at(8082);
        assertEquals(1025, pool.port(pool.lease(third, 0)), "first seen while one waits and one is held");
        assertEquals(PortPool.EXHAUSTED, pool.lease(third, 0));
        for (RemoteEndpoint remote : new RemoteEndpoint[] {ONE, OTHER, third}) {
            assertEquals(1026, pool.port(pool.lease(remote, PortPool.RECHECK_NANOS)));
            assertEquals(PortPool.EXHAUSTED, pool.lease(remote, TIME_WAIT - 1));
        }
        for (RemoteEndpoint remote : new RemoteEndpoint[] {ONE, OTHER, third}) {
            assertEquals(1024, pool.port(pool.lease(remote, TIME_WAIT)));
        }
    }

    @Test
    @DisplayName(
            "destination: a bind takes only ports that no destination uses, and each again once the last has let go")
    void bindNeedsAPortNobodyUses() {
        PortPool pool = pool(1, Scope.DESTINATION);
        long one = pool.lease(ONE, 0);
        long other = pool.lease(OTHER, 0);
        assertEquals(PortPool.EXHAUSTED, pool.leaseForAnyDestination(0));
        pool.release(one, Release.ABORT, 0);
        assertEquals(PortPool.EXHAUSTED, pool.leaseForAnyDestination(0));
        assertEquals(PortPool.REFUSED, pool.leaseGiven(1024, 0));
        pool.release(other, Release.ACTIVE_CLOSE, 0);
        assertEquals(PortPool.EXHAUSTED, pool.leaseForAnyDestination(TIME_WAIT - 1));
        assertEquals(1024, pool.port(pool.leaseForAnyDestination(TIME_WAIT)));
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
