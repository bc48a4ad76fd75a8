package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Settings, as system properties: {@code ephemera.test.connections}, how many, and {@code ephemera.test.seed}. A million:
 *
 * <pre>mvn -pl agent -am test -Dtest=LeaseTest -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dephemera.test.connections=1000000</pre>
 */
@DisplayName("A lease")
class LeaseTest {

    private static final int CONNECTIONS = Integer.getInteger("ephemera.test.connections", 20_000);
    private static final long SEED = Long.getLong("ephemera.test.seed", 4711);
    private static final int STORMS = 4;
    /** Too many to ask for unused ones, so that runs beside one another take different ones by their process. */
    private static final PortRange RANGE = block((int) (ProcessHandle.current().pid() % 4));

    /** The clock counts connections, not nanoseconds. */
    private static final long TIME_WAIT = 1_000;

    private static final int ONE_BY_ONE = 2_000;

    private static PortRange block(int number) {
        int first = 12_000 + number * 2_000;
        return new PortRange(first, first + 1_999);
    }

    private final AtomicLong clock = new AtomicLong(1);
    private final Set<Integer> livePorts = ConcurrentHashMap.newKeySet();
    private final List<LeaseStorm> storms = new ArrayList<>();
    private final PortHook hook;
    private final EnforcedPool enforced;

    LeaseTest() throws Exception {
        Set<RemoteEndpoint> destinations = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < STORMS; i++) {
            LeaseStorm storm = new LeaseStorm(SEED + i, livePorts);
            storms.add(storm);
            destinations.addAll(storm.destinations());
        }
        PortPool pool = new PortPool(RANGE, TIME_WAIT, Scope.GLOBAL, SelectionOrder.random(SEED));
        hook = PortHook.install();
        enforced =
                hook.enforce(new Limits(pool, clock::get, destinations::contains, "connect refused", "bind refused"));
    }

    @AfterEach
    void end() throws Exception {
        enforced.close();
        for (LeaseStorm storm : storms) {
            storm.close();
        }
    }

    @Test
    @DisplayName("ends, one after the other over random paths, each as its peer saw it")
    void oneByOne() throws Exception {
        LeaseStorm storm = storms.get(0);
        Map<Release, Long> ended = new EnumMap<>(Release.class);
        for (int i = 0; i < ONE_BY_ONE; i++) {
            ended.merge(storm.next(), 1L, Long::sum);
            clock.incrementAndGet();
            Await.until(() -> enforced.counts().stillLive() == 0);
            assertEquals(ended, enforced.counts().ended(), storm::path);
        }
    }

    @Test
    @DisplayName("ends exactly once, over random paths on several threads")
    void endsOnce() throws Exception {
        List<Task<Boolean>> tasks = new ArrayList<>();
        for (LeaseStorm storm : storms) {
            tasks.add(Task.start(() -> {
                for (int i = 0; i < CONNECTIONS / STORMS; i++) {
                    storm.next();
                    clock.incrementAndGet();
                }
                return true;
            }));
        }
        for (Task<Boolean> task : tasks) {
            task.result();
        }
        Await.until(() -> enforced.counts().stillLive() == 0);
        LeaseCounts counts = enforced.counts();
        System.out.println("leases: " + counts + ", seed " + SEED);
        Map<Release, Long> expected = new EnumMap<>(Release.class);
        storms.forEach(
                storm -> storm.expected().forEach((release, count) -> expected.merge(release, count, Long::sum)));
        assertAll(
                () -> assertEquals(expected, counts.ended()),
                () -> assertEquals(
                        expected.values().stream().mapToLong(Long::longValue).sum(), counts.leases()),
                () -> assertEquals(
                        storms.stream().mapToLong(LeaseStorm::connected).sum(), counts.connected()),
                () -> assertEquals(0, counts.exhausted()),
                () -> assertEquals(0, enforced.snapshot().live()),
                () -> assertNull(enforced.firstFault()));
    }
}
