package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A pool that has been warmed up")
class PortPoolAllocationTest {

    private static final int CYCLES = 200_000;
    private static final int PORTS = 1_000;

    /**
     * The JVM counts the bytes a thread allocates exactly, whatever the collector does, and neither the JIT compiler nor other
     * threads are on this thread's account: so the figure doesn't depend on the machine. One object a cycle would be 3 MB at
     * least; the few hundred bytes left are for the call that asks.
     */
    @ParameterizedTest(name = "leases, releases and expires 200,000 times without allocating, scope {0}")
    @EnumSource(Scope.class)
    void allocatesNothing(Scope scope) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        PortPool pool =
                new PortPool(new PortRange(20_000, 20_000 + PORTS - 1), PORTS - 10, scope, SelectionOrder.random(1));
        long now = cycles(pool, 0);

        long before = threads.getCurrentThreadAllocatedBytes();
        now = cycles(pool, now);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertTrue(allocated <= 512, allocated + " bytes in " + CYCLES + " cycles");
        assertEquals(PORTS - 10, pool.snapshot(now).timeWait(), "ports were waiting and expiring all the time");
    }

    private static long cycles(PortPool pool, long fromNanos) {
        long now = fromNanos;
        for (int i = 0; i < CYCLES; i++) {
            long lease = pool.lease(Remotes.ONE, now);
            pool.release(pool.lease(Remotes.ONE, now), Release.PASSIVE_CLOSE, now);
            pool.release(pool.leaseForAnyDestination(now), Release.ABORT, now);
            pool.release(pool.leaseGiven(pool.port(lease), now), Release.ABORT, now);
            pool.release(lease, Release.ACTIVE_CLOSE, now++);
        }
        return now - 1;
    }
}
