package io.ephemera.ports.bind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.bind.ServicePoint.ConflictShows;
import io.ephemera.ports.bind.ServicePoint.Connection;
import io.ephemera.ports.bind.ServicePoint.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A service point")
class ServicePointTest {

    private static final long TIME_WAIT = 1_000;
    private static final String THROWN = "java.lang.IllegalArgumentException: a port is 0 to 65535, not 65536";

    private final List<Integer> retryCounts = new ArrayList<>();
    private final PortPool pool =
            new PortPool(new PortRange(10, 12), TIME_WAIT, Scope.GLOBAL, SelectionOrder.sequential());
    private final RoundRobinDelegate ports = new RoundRobinDelegate(pool.range());
    private final BindIPEndPointDelegate delegate = retryCount -> {
        retryCounts.add(retryCount);
        return ports.bind(retryCount);
    };

    @BeforeEach
    void takePorts() {
        pool.release(pool.leaseGiven(10, 0), Release.ACTIVE_CLOSE, 0);
        pool.leaseGiven(11, 0);
    }

    @Test
    @DisplayName("asks again, with a higher retry count, where bind finds the port taken")
    void conflictAtBind() {
        Connection connection = new ServicePoint(delegate, pool, ConflictShows.AT_BIND, 10).connect(1);
        assertEquals(Outcome.CONNECTED, connection.outcome());
        assertEquals(12, connection.port());
        assertEquals(12, pool.port(connection.lease()));
        assertEquals(3, connection.delegateCalls());
        assertEquals(List.of(0, 1, 2), retryCounts);
    }

    @Test
    @DisplayName("does not ask again where connect finds the port taken: the connection fails, though ports are free")
    void conflictAtConnect() {
        Connection connection = new ServicePoint(delegate, pool, ConflictShows.AT_CONNECT, 10).connect(1);
        assertEquals(new Connection(Outcome.CONFLICT_AT_CONNECT, PortPool.REFUSED, 10, 1, null), connection);
        assertEquals(List.of(0), retryCounts);
        assertEquals(1, pool.snapshot(1).free());
    }

    @Test
    @DisplayName("begins each connection with a retry count of 0, and takes a port again after its TIME_WAIT")
    void afterTimeWait() {
        ServicePoint servicePoint = new ServicePoint(delegate, pool, ConflictShows.AT_CONNECT, 10);
        assertEquals(10, servicePoint.connect(TIME_WAIT).port());
        assertEquals(
                Outcome.CONFLICT_AT_CONNECT, servicePoint.connect(TIME_WAIT).outcome());
        assertEquals(12, servicePoint.connect(TIME_WAIT).port());
        assertEquals(List.of(0, 0, 0), retryCounts);
    }

    @Test
    @DisplayName("gives up after as many calls of the delegate as it may make")
    void givesUp() {
        pool.leaseGiven(12, 0);
        assertEquals(
                new Connection(Outcome.GAVE_UP, PortPool.REFUSED, 11, 5, null),
                new ServicePoint(delegate, pool, ConflictShows.AT_BIND, 5).connect(1));
        assertEquals(List.of(0, 1, 2, 3, 4), retryCounts);
    }

    @Test
    @DisplayName("ends the connection where the delegate throws, also when asked again")
    void delegateThrows() {
        InterlockedDelegate runAway = new InterlockedDelegate(65_535);
        PortPool one =
                new PortPool(new PortRange(65_535, 65_535), TIME_WAIT, Scope.GLOBAL, SelectionOrder.sequential());
        assertEquals(
                new Connection(Outcome.ABORTED_BY_DELEGATE, PortPool.REFUSED, -1, 1, THROWN),
                new ServicePoint(runAway, one, ConflictShows.AT_BIND, 10).connect(0));
        one.leaseGiven(65_535, 0);
        InterlockedDelegate atTheEdge = new InterlockedDelegate(65_534);
        assertEquals(
                new Connection(Outcome.ABORTED_BY_DELEGATE, PortPool.REFUSED, 65_535, 2, THROWN),
                new ServicePoint(atTheEdge, one, ConflictShows.AT_BIND, 10).connect(0));
    }

    @Test
    @DisplayName("calls its delegate at least once")
    void refuses() {
        assertEquals(
                "the delegate is called at least once for a connection, not 0 times",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new ServicePoint(delegate, pool, ConflictShows.AT_BIND, 0))
                        .getMessage());
    }
}
