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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    private static PortRange block(int number) {
        int first = 12_000 + number * 2_000;
        return new PortRange(first, first + 1_999);
    }

    private final AtomicLong clock = new AtomicLong(1);
    private final List<LeaseStorm> storms = new ArrayList<>();
    private final EnforcedPool enforced;

    LeaseTest() throws Exception {
        Set<Integer> livePorts = ConcurrentHashMap.newKeySet();
        Set<RemoteEndpoint> destinations = new HashSet<>();
        for (int i = 0; i < STORMS; i++) {
            LeaseStorm storm = new LeaseStorm(SEED + i, livePorts);
            storms.add(storm);
            destinations.addAll(storm.destinations());
        }
        PortPool pool = new PortPool(RANGE, TIME_WAIT, Scope.GLOBAL, SelectionOrder.random(SEED));
        enforced = PortHook.install()
                .enforce(new EnforcedLimits(pool, clock::get, destinations::contains, "no port", "no port"));
    }

    @AfterEach
    void end() throws Exception {
        enforced.close();
        for (LeaseStorm storm : storms) {
            storm.close();
        }
    }

    /** The sockets of this process, each by its inode; none where the system does not show them. */
    private static Set<String> openSockets() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return new HashSet<>();
        }
        try (Stream<Path> files = Files.list(descriptors)) {
            return files.map(LeaseTest::target)
                    .filter(target -> target.startsWith("socket:"))
                    .collect(Collectors.toCollection(HashSet::new));
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // The one that lists them.
        }
    }

    @Test
    @DisplayName("ends exactly once, over random paths on several threads, and leaves no socket open")
    void endsOnce() throws Exception {
        for (Client client : Client.values()) {
            client.open().close(); // Some have sockets of their own, for all of their connections.
        }
        Set<String> socketsBefore = openSockets();
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
            task.get();
        }
        Await.until(() -> enforced.counts().stillLive() == 0);
        LeaseCounts counts = enforced.counts();
        Set<String> leftOpen =
                openSockets(); // A garbage collection may close one of an earlier test, which makes fewer.
        leftOpen.removeAll(socketsBefore);
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
                () -> assertEquals(Set.of(), leftOpen),
                () -> assertNull(enforced.firstFault()));
    }
}
