package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.simulations.clock.Rules;
import io.ephemera.simulations.clock.ShuffledClient;
import io.ephemera.simulations.clock.VirtualTime;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.scenario.Ledger.Entry;
import io.ephemera.simulations.scenario.MigrationWorkers.Ending;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code ephemera.test.seed} is the first of the seeds. */
@DisplayName("Workers in a closed loop")
class ClosedLoopUsersTest {

    private static final long FIRST_SEED = Long.getLong("ephemera.test.seed", 1);
    private static final long SECOND = 1_000_000_000L;
    private static final RemoteEndpoint REMOTE = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);

    /** The calls that were made, in order. */
    private final List<Long> calls = new ArrayList<>();

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + 40);
    }

    /** Workers that are due at whole seconds, often several at one. */
    private MigrationWorkers workers(long seed) {
        calls.clear();
        Random random = new Random(seed);
        int workers = 1 + random.nextInt(12);
        int callsPerPush = 1 + random.nextInt(2);
        MigrationShape shape = new MigrationShape(
                1 + random.nextInt(300),
                1,
                callsPerPush,
                workers,
                (1 + random.nextInt(3)) * workers * SECOND,
                (1 + random.nextInt(workers)) * SECOND,
                callsPerPush == 1 && random.nextBoolean());
        return new MigrationWorkers(shape, new BitSet(), (entry, call) -> {
            if (entry == Entry.STARTED) {
                calls.add(call);
            }
        });
    }

    private static PortPool pool(long seed) {
        Random random = new Random(-seed);
        return new PortPool(
                new PortRange(2_000, 2_000 + random.nextInt(30)),
                (1 + random.nextInt(60)) * SECOND,
                Scope.GLOBAL,
                SelectionOrder.sequential());
    }

    /** The calls one by one, the earliest first, and of those due at once that of the first worker. */
    private List<Long> oneByOne(long seed) {
        MigrationWorkers workers = workers(seed);
        PortPool pool = pool(seed);
        BitSet atWork = new BitSet();
        atWork.set(0, workers.count());
        while (!atWork.isEmpty()) {
            int first = atWork.stream()
                    .reduce((one, other) -> workers.dueNanos(other) < workers.dueNanos(one) ? other : one)
                    .orElseThrow();
            if (!workers.next(first)) {
                atWork.clear(first);
                continue;
            }
            workers.query(first);
            long lease = pool.lease(REMOTE, workers.dueNanos(first));
            if (lease != PortPool.EXHAUSTED) {
                pool.release(lease, Release.ACTIVE_CLOSE, workers.dueNanos(first));
            }
            workers.ended(first, lease == PortPool.EXHAUSTED ? Ending.NOT_SENT : Ending.OK);
        }
        return List.copyOf(calls);
    }

    @ParameterizedTest(
            name = "make their calls when and in the order in which they are due, whoever is under way, with seed {0}")
    @MethodSource("seeds")
    void order(long seed) throws Exception {
        List<Long> expected = oneByOne(seed);
        for (int underWay : new int[] {1, 3, 64}) {
            for (int threads : new int[] {1, 4}) {
                PortPool pool = pool(seed);
                ShuffledClient client = new ShuffledClient(
                        pool, seed, user -> new ShuffledClient.Use(1, Release.ACTIVE_CLOSE), (user, connection) -> 0);
                ClosedLoopUsers users = new ClosedLoopUsers(
                        workers(seed),
                        (call, due) -> new VirtualUser(call, 1, 0, due, 0, REMOTE, null, false),
                        kind -> true);
                VirtualTime time = new VirtualTime(
                        new Rules(pool, 1, true, false, false, underWay, null), users, user -> {}, client::over);
                boolean over = client.run(time, threads);
                time.close();
                assertTrue(over, () -> "seed " + seed + " waits for ever");
                assertEquals(expected, calls, "seed " + seed + ", " + underWay + " under way, " + threads + " threads");
            }
        }
    }
}
