package io.ephemera.ports.bind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A BindIPEndPointDelegate")
class DelegatesTest {

    @Test
    @DisplayName("of the sample, on one thread, gives out 5002 to 65534 in turn and never 5001: 60,533 ports")
    void sampleOnOneThread() {
        InterlockedDelegate sample = new InterlockedDelegate(1, 1, InterlockedDelegate.FIRST);
        for (int call = 0; call < 3 * 60_533; call++) {
            assertEquals(5_002 + call % 60_533, sample.getAsInt(), "call " + call);
        }
    }

    @Test
    @DisplayName("of the sample, run away, fails until its 32-bit counter has gone round, and wraps again then")
    void goesRound() {
        InterlockedDelegate sample = new InterlockedDelegate(1, 1, Integer.MAX_VALUE - 1);
        assertFails(Integer.MAX_VALUE, sample);
        assertFails(Integer.MIN_VALUE, sample);
        InterlockedDelegate nearlyRound = new InterlockedDelegate(1, 1, -2);
        assertFails(-1, nearlyRound);
        for (int port = 0; port <= InterlockedDelegate.LAST; port++) {
            assertEquals(port, nearlyRound.getAsInt());
        }
        assertEquals(5_002, nearlyRound.getAsInt());
    }

    @ParameterizedTest(
            name = "of the sample, by {0} racing threads from {1}, gives out {2} ports and fails from then on")
    @CsvSource({"2, 65434, 101", "4, 64535, 1000", "8, 64535, 1000", "4, 5001, 60534"})
    void racing(int threads, int lastUsed, int ports) {
        InterlockedDelegate racing = InterlockedDelegate.runaway(threads, lastUsed);
        assertEquals(ports, InterlockedDelegate.callsBeforeRunaway(lastUsed));
        for (int call = 1; call <= ports; call++) {
            assertEquals(lastUsed + call, racing.getAsInt(), racing.toString());
        }
        for (int number = 65_536; number < 66_536; number++) {
            assertFails(number, racing);
        }
        String again = InterlockedDelegate.runaway(threads, lastUsed).toString();
        assertEquals(racing.toString(), again, "the same is found again");
    }

    @ParameterizedTest(name = "of the sample has no order of {0} threads that runs away from {1}")
    @CsvSource({"1, 64535", "4, 65534"})
    void none(int threads, int lastUsed) {
        Throwable refusal =
                assertThrows(IllegalArgumentException.class, () -> InterlockedDelegate.runaway(threads, lastUsed));
        assertEquals("no order of " + threads + " threads runs away from " + lastUsed, refusal.getMessage());
        for (int tooFewOrMany : new int[] {0, -1, 1_001}) {
            assertThrows(IllegalArgumentException.class, () -> new InterlockedDelegate(1, tooFewOrMany, 0));
        }
    }

    @Test
    @DisplayName("that is correct gives out each of 60,534 ports in turn, as often as the others, on 16 threads")
    void correct() throws Exception {
        PortRange range = RoundRobinDelegate.SAMPLE;
        assertEquals(252.225, new Capacity(range.size(), 240, 1).thresholdCallsPerSecond());
        int threads = 16;
        RoundRobinDelegate delegate = new RoundRobinDelegate(range);
        AtomicIntegerArray given = new AtomicIntegerArray(65_536);
        Callable<Boolean> part = () -> {
            for (int call = 0; call < range.size() + 1; call++) {
                given.incrementAndGet(delegate.getAsInt());
            }
            return true;
        };
        inThreads(threads, part);
        for (int port = 0; port < 65_536; port++) {
            int rounds = port < range.firstPort() + threads ? threads + 1 : threads;
            assertEquals(range.contains(port) ? rounds : 0, given.get(port), "port " + port);
        }
    }

    @Test
    @DisplayName("is asked again where a bind finds its port taken, for as many times as there are ports, and for each"
            + " connection anew")
    void servicePoint() {
        PortPool pool = new PortPool(new PortRange(10, 12), 1_000, Scope.GLOBAL, SelectionOrder.sequential());
        ServicePoint servicePoint = new ServicePoint(new RoundRobinDelegate(pool.range()), pool);
        pool.release(pool.leaseGiven(10, 0), Release.ACTIVE_CLOSE, 0);
        pool.leaseGiven(11, 0);
        assertEquals(12, pool.port(servicePoint.lease(1)));
        assertEquals(PortPool.EXHAUSTED, servicePoint.lease(999));
        assertEquals(10, pool.port(servicePoint.lease(1_000)));
    }

    @Test
    @DisplayName(
            "finds a port for each of four connections that are made at once for ever, where four of eight ports are free")
    void atOnce() throws Exception {
        PortPool pool = new PortPool(new PortRange(10, 17), 1_000, Scope.GLOBAL, SelectionOrder.sequential());
        for (int port = 10; port <= 16; port += 2) {
            pool.leaseGiven(port, 0);
        }
        ServicePoint servicePoint = new ServicePoint(new RoundRobinDelegate(pool.range()), pool);
        inThreads(4, () -> {
            for (int connection = 0; connection < 20_000; connection++) {
                long lease = servicePoint.lease(0);
                assertTrue(lease >= 0, "connection " + connection);
                pool.release(lease, Release.FAILED_CONNECT, 0);
            }
            return true;
        });
    }

    private static void inThreads(int threads, Callable<Boolean> part) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (Future<Boolean> done : executor.invokeAll(Collections.nCopies(threads, part))) {
                assertTrue(done.get());
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    @DisplayName("that throws ends the connection, also when it is asked again")
    void delegateThrows() {
        PortPool one = new PortPool(new PortRange(65_534, 65_535), 1, Scope.GLOBAL, SelectionOrder.sequential());
        one.leaseGiven(65_535, 0);
        ServicePoint servicePoint = new ServicePoint(new InterlockedDelegate(1, 1, 65_534), one);
        String message = assertThrows(IllegalArgumentException.class, () -> servicePoint.lease(0))
                .getMessage();
        assertEquals("a port is 0 to 65535, not 65536", message);
    }

    private static void assertFails(int number, IntSupplier delegate) {
        Throwable failure = assertThrows(IllegalArgumentException.class, delegate::getAsInt);
        assertEquals("a port is 0 to 65535, not " + number, failure.getMessage());
    }
}
