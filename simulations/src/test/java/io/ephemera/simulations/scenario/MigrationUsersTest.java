package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.simulations.clock.Rules;
import io.ephemera.simulations.clock.ShuffledClient;
import io.ephemera.simulations.clock.VirtualTime;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import io.ephemera.simulations.scenario.Ledger.Entry;
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
class MigrationUsersTest {

    private static final long FIRST_SEED = Long.getLong("ephemera.test.seed", 1);
    private static final long SECOND = 1_000_000_000L;

    /** The calls that were made, in order. */
    private final List<Long> calls = new ArrayList<>();

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + 40);
    }

    /** Workers that are due at whole seconds, often several at one. */
    private MigrationUsers users(long seed) {
        calls.clear();
        Random random = new Random(seed);
        int workers = 1 + random.nextInt(12);
        int callsPerPush = 1 + random.nextInt(2);
        MigrationShape shape = new MigrationShape(
                1 + random.nextInt(300),
                1,
                callsPerPush,
                workers,
                SECOND * workers * (1 + random.nextInt(3)),
                SECOND * (1 + random.nextInt(workers)),
                callsPerPush == 1 && random.nextBoolean());
        return new MigrationUsers(shape, new BitSet(), ModelRun::user, kind -> true, (entry, call) -> {
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

    /** The calls one by one: each when all before it have ended. */
    private List<Long> oneByOne(long seed) {
        MigrationUsers users = users(seed);
        PortPool pool = pool(seed);
        for (VirtualUser user = users.peek(); user != null; user = users.peek()) {
            users.next();
            long lease = pool.lease(user.remote(), user.dueNanos());
            boolean ok = lease != PortPool.EXHAUSTED && pool.release(lease, Release.ACTIVE_CLOSE, user.dueNanos());
            user.ended(new Outcome(ok ? Outcome.OK : "exhausted", 0, 0, null));
            users.ended(user);
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
                VirtualTime time = new VirtualTime(
                        new Rules(pool, 1, true, false, false, underWay, null), users(seed), user -> {}, client::over);
                boolean over = client.run(time, threads);
                time.close();
                assertTrue(over, () -> "seed " + seed + " waits for ever");
                assertEquals(expected, calls, "seed " + seed + ", " + underWay + " under way, " + threads + " threads");
            }
        }
    }
}
