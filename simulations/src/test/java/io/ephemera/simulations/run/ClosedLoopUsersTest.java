package io.ephemera.simulations.run;

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
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import io.ephemera.simulations.scenario.ClosedLoopWorkers;
import io.ephemera.simulations.scenario.ClosedLoopWorkers.Ending;
import java.net.InetAddress;
import java.util.ArrayList;
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

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + 40);
    }

    /** Workers whose calls take some seconds, or fail after others: each takes the next where one is left. */
    private static final class Workers implements ClosedLoopWorkers {

        private final int[] okSeconds;
        private final int[] failedSeconds;
        private final long[] due;
        private final int[] made;
        private final List<String> calls = new ArrayList<>();
        private final int most;

        Workers(Random random) {
            int workers = 1 + random.nextInt(12);
            okSeconds = random.ints(workers, 1, 4).toArray();
            failedSeconds = random.ints(workers, 1, 3).toArray();
            due = new long[workers];
            made = new int[workers];
            most = 1 + random.nextInt(40);
        }

        @Override
        public int count() {
            return due.length;
        }

        @Override
        public long leastNanos() {
            return SECOND;
        }

        @Override
        public boolean next(int worker) {
            return made[worker] < most;
        }

        @Override
        public long dueNanos(int worker) {
            return due[worker];
        }

        @Override
        public String query(int worker) {
            made[worker]++;
            calls.add(worker + " at " + due[worker]);
            return "worker=" + worker;
        }

        @Override
        public void ended(int worker, Ending ending) {
            due[worker] += SECOND * (ending == Ending.OK ? okSeconds[worker] : failedSeconds[worker]);
        }

        int earliest() {
            int earliest = -1;
            for (int worker = 0; worker < due.length; worker++) {
                if (next(worker) && (earliest < 0 || due[worker] < due[earliest])) {
                    earliest = worker;
                }
            }
            return earliest;
        }
    }

    private static PortPool pool(long seed) {
        Random random = new Random(-seed);
        return new PortPool(
                new PortRange(2_000, 2_000 + random.nextInt(30)),
                (1 + random.nextInt(20)) * SECOND,
                Scope.GLOBAL,
                SelectionOrder.sequential());
    }

    /** The calls one by one, the earliest first, and of those due at once that of the first worker. */
    private static List<String> oneByOne(long seed) {
        Workers crew = new Workers(new Random(seed));
        PortPool pool = pool(seed);
        RemoteEndpoint remote = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);
        for (int worker = crew.earliest(); worker >= 0; worker = crew.earliest()) {
            long due = crew.due[worker];
            crew.query(worker);
            long lease = pool.lease(remote, due);
            if (lease != PortPool.EXHAUSTED) {
                pool.release(lease, Release.ACTIVE_CLOSE, due);
            }
            crew.ended(worker, lease == PortPool.EXHAUSTED ? Ending.NOT_SENT : Ending.OK);
        }
        return crew.calls;
    }

    @ParameterizedTest(
            name = "make their calls when and in the order in which they are due, whoever is under way, with seed {0}")
    @MethodSource("seeds")
    void order(long seed) throws Exception {
        List<String> expected = oneByOne(seed);
        for (int underWay : new int[] {1, 3, 64}) {
            for (int threads : new int[] {1, 4}) {
                Workers crew = new Workers(new Random(seed));
                PortPool pool = pool(seed);
                ShuffledClient client = new ShuffledClient(
                        pool, seed, user -> new ShuffledClient.Use(1, Release.ACTIVE_CLOSE), (user, connection) -> 0);
                ClosedLoopUsers users = new ClosedLoopUsers(
                        crew,
                        new ScheduledUsers.Endpoints(
                                List.of(new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80)),
                                call -> 0,
                                List.of()),
                        user -> user.outcomes().get(0).kind().equals(Outcome.OK) ? Ending.OK : Ending.NOT_SENT);
                VirtualTime time = new VirtualTime(
                        new Rules(pool, 1, true, false, false, underWay, null), users, user -> {}, client::over);
                boolean over = client.run(time, threads);
                time.close();
                assertTrue(over, () -> "seed " + seed + " waits for ever");
                assertEquals(
                        expected, crew.calls, "seed " + seed + ", " + underWay + " under way, " + threads + " threads");
            }
        }
    }
}
