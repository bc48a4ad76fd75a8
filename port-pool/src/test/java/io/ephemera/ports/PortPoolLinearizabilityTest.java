package io.ephemera.ports;

import java.net.InetAddress;
import org.jetbrains.lincheck.datastructures.BooleanGen;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lincheck runs small random programs of three threads on a pool of two ports, and looks for a sequential order of their
 * operations that explains every answer. The pool itself, run by one thread, is the specification.
 *
 * <p>The scenarios come from Lincheck's fixed seed, so a failure comes again.
 */
@Tag("lincheck")
@DisplayName("A pool under concurrent use is linearizable")
class PortPoolLinearizabilityTest {

    /** The unit of the operations' time: TIME_WAIT and the recheck of a port held elsewhere both last two. */
    private static final long HALF_SECOND_NANOS = 500_000_000L;

    @ParameterizedTest(name = "on real threads, {0}")
    @ValueSource(classes = {Global.class, PerDestination.class})
    void underStress(Class<?> operations) {
        new StressOptions()
                .iterations(20)
                .invocationsPerIteration(500)
                .threads(3)
                .actorsBefore(2)
                .actorsPerThread(3)
                .actorsAfter(1)
                .check(operations);
    }

    /** One pool for all destinations. */
    public static class Global extends Operations {
        public Global() {
            super(Scope.GLOBAL);
        }
    }

    /** One pool for each of two destinations. */
    public static class PerDestination extends Operations {
        public PerDestination() {
            super(Scope.DESTINATION);
        }
    }

    /**
     * What a thread may do. Time is an argument, so it also goes back. A lease is named by slot and generation, as the pool
     * numbers them: so some leases are stale, some not yet given, and no operation needs the answer of another thread's.
     * Lincheck finds a parameter's values by its name.
     */
    @Param(name = "now", gen = IntGen.class, conf = "0:6")
    @Param(name = "slot", gen = IntGen.class, conf = "0:1")
    @Param(name = "generation", gen = IntGen.class, conf = "0:1")
    @Param(name = "destination", gen = IntGen.class, conf = "1:2")
    @Param(name = "port", gen = IntGen.class, conf = "1024:1025")
    @Param(name = "active", gen = BooleanGen.class)
    public abstract static class Operations {

        private final RemoteEndpoint one = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 8080);
        private final RemoteEndpoint other = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 8081);
        private final PortPool pool;

        Operations(Scope scope) {
            pool = new PortPool(new PortRange(1024, 1025), 2 * HALF_SECOND_NANOS, scope, SelectionOrder.sequential());
        }

        @Operation
        public long lease(int destination, int now) {
            return pool.lease(destination == 1 ? one : other, nanos(now));
        }

        @Operation
        public long leaseForAnyDestination(int now) {
            return pool.leaseForAnyDestination(nanos(now));
        }

        @Operation
        public long leaseGiven(int port, int now) {
            return pool.leaseGiven(port, nanos(now));
        }

        @Operation
        public boolean release(int slot, int generation, boolean active, int now) {
            return pool.release(
                    ((long) slot << 32) | generation,
                    active ? Release.ACTIVE_CLOSE : Release.PASSIVE_CLOSE,
                    nanos(now));
        }

        @Operation
        public boolean markHeldElsewhere(int slot, int generation, int now) {
            return pool.markHeldElsewhere(((long) slot << 32) | generation, nanos(now));
        }

        @Operation
        public int port(int slot, int generation) {
            return pool.port(((long) slot << 32) | generation);
        }

        @Operation
        public int clearTimeWait(int now) {
            return pool.clearTimeWait(nanos(now));
        }

        @Operation
        public int drainPeakTimeWait(int now) {
            return pool.drainPeakTimeWait(nanos(now));
        }

        /** Also what lets ports expire without any other change. */
        @Operation
        public PoolSnapshot snapshot(int now) {
            return pool.snapshot(nanos(now));
        }

        private static long nanos(int halfSeconds) {
            return halfSeconds * HALF_SECOND_NANOS;
        }
    }
}
