package io.ephemera.simulations.clock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.Release;
import io.ephemera.ports.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code ephemera.test.seed} is the first of the seeds. */
@DisplayName("What each user finds in virtual time, in whatever order things happen,")
class AdmissionTest {

    private static final long FIRST_SEED = Long.getLong("ephemera.test.seed", 1);
    private static final int SEEDS = 120;

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS);
    }

    @ParameterizedTest(name = "is what it finds when they come one by one, and what the planner says, with seed {0}")
    @MethodSource("seeds")
    void asReplayed(long seed) throws Exception {
        RandomLoad load = RandomLoad.of(seed);
        List<Boolean> expected = load.replayed();
        assertPlanned(load, expected);
        for (int underWay : new int[] {1, 8, 64}) {
            assertSame(expected, found(load, underWay, 1), underWay + " under way, one thread: " + load);
        }
        assertSame(expected, found(load, 64, 4), "64 under way, four threads: " + load);
    }

    @ParameterizedTest(name = "is the same over 64,511 ports with {0} users under way")
    @CsvSource({"1", "8", "64"})
    void allPorts(int underWay) throws Exception {
        RandomLoad load = RandomLoad.ofAllPorts(FIRST_SEED);
        List<Boolean> expected = load.replayed();
        assertPlanned(load, expected);
        assertSame(expected, found(load, underWay, 4), load.toString());
    }

    private static void assertSame(List<Boolean> expected, List<Boolean> found, String load) {
        assertEquals(expected.size(), found.size(), load);
        for (int user = 0; user < expected.size(); user++) {
            assertEquals(expected.get(user), found.get(user), "user " + user + " of " + load);
        }
    }

    private static void assertPlanned(RandomLoad load, List<Boolean> found) {
        Plan plan = load.planned();
        if (plan != null) {
            assertEquals(found.stream().filter(all -> !all).count(), plan.refused(), load::toString);
            assertEquals(
                    found.indexOf(false),
                    plan.firstRefusal() == null ? -1 : plan.firstRefusal().call(),
                    load::toString);
        }
    }

    /** Whether each user found its ports; all have ended and settled then, in their order. */
    private static List<Boolean> found(RandomLoad load, int underWay, int threads) throws Exception {
        PortPool pool = load.pool();
        ShuffledClient client = new ShuffledClient(
                pool,
                load.seed(),
                user -> new ShuffledClient.Use(load.portsPerUser(), load.end()),
                (user, connection) -> load.lifeNanos(user.firstCall(), connection));
        List<Long> passed = new ArrayList<>();
        VirtualTime time = new VirtualTime(
                new Rules(
                        pool,
                        load.portsPerUser(),
                        load.end() == Release.ACTIVE_CLOSE,
                        false,
                        load.lives(),
                        underWay,
                        null),
                new UserList(IntStream.range(0, load.dueNanos().size())
                        .mapToObj(load::user)
                        .toList()),
                user -> passed.add(user.firstCall()),
                client::over);
        boolean over = client.run(time, threads);
        time.close();
        assertTrue(over, () -> load + " waits for ever");
        assertEquals(
                LongStream.range(0, load.dueNanos().size()).boxed().toList(), passed, () -> "passed in order: " + load);
        assertEquals(load.dueNanos().size(), time.startedCalls());
        assertEquals(0, time.strays());
        assertEquals(0, time.usersUnderWay());
        assertEquals(0, time.usersWithOpenConnections());
        return client.found();
    }
}
