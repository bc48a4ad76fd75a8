package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link SharedPortPoolKillsTest} has it in several processes; here several copies are in this one. */
@DisplayName("A pool that processes share")
class SharedPortPoolTest {

    private static final long SECOND = 1_000_000_000L;
    private static final PortRange THREE = new PortRange(1024, 1026);
    private static final Release[] RELEASES = Release.values();

    @TempDir
    Path folder;

    @ParameterizedTest(
            name = "is one pool, scope {0}: over random steps of three copies it answers as the reference does")
    @EnumSource(Scope.class)
    void likeTheReference(Scope scope) throws IOException {
        for (long seed = 0; seed < 60; seed++) {
            new Sequence(folder.resolve(scope + "-" + seed), scope, seed).run(150);
        }
    }

    @Test
    @DisplayName("has a port once: what one process uses the other finds taken, until its TIME_WAIT is over")
    void once() throws IOException {
        try (SharedPortPool one = second("crm", 0);
                SharedPortPool other = second("shop", 0)) {
            long first = one.lease(Remotes.ONE, 1);
            long second = other.lease(Remotes.OTHER, 2);
            assertEquals(1024, one.port(first));
            assertEquals(1025, other.port(second));
            one.release(first, Release.ACTIVE_CLOSE, 10);
            assertEquals(1026, other.port(other.lease(Remotes.ONE, 11)));
            assertEquals(PortPool.EXHAUSTED, other.lease(Remotes.ONE, 9 + 240 * SECOND));
            assertEquals(1024, other.port(other.lease(Remotes.ONE, 10 + 240 * SECOND)));
            assertEquals(
                    List.of(process("crm", 0, 0, 1, 0), process("shop", 3, 0, 3, 1)),
                    one.snapshot(10 + 240 * SECOND).processes());
        }
    }

    @Test
    @DisplayName("outlives the processes: TIME_WAIT goes on, and what was open when one left counts as closed by it")
    void outlives() throws IOException {
        SharedPortPool first = open("crm", 0);
        first.lease(Remotes.ONE, 1);
        first.release(first.lease(Remotes.ONE, 2), Release.ACTIVE_CLOSE, 3);
        first.close();
        assertFalse(first.release(1, Release.ABORT, 4));
        assertEquals(2, first.snapshot(5).timeWait());
        assertThrows(IllegalStateException.class, () -> first.lease(Remotes.ONE, 6));
        assertEquals(2, first.snapshot(6).timeWait());
        try (SharedPortPool next = open("shop", 7)) {
            assertEquals(2, next.snapshot(8).timeWait());
            assertEquals(
                    List.of(process("shop", 0, 0, 0, 0), new PoolProcess(0, "ended", 0, 2, 2, 0)),
                    next.snapshot(9).processes());
            assertEquals(3, next.snapshot(3 + 240 * SECOND).free());
        }
    }

    @Test
    @DisplayName("is not closed by a thread that is interrupted, as a file is by one that waits for it")
    void interrupted() throws IOException {
        try (SharedPortPool pool = open("crm", 0)) {
            Thread.currentThread().interrupt();
            long lease = pool.lease(Remotes.ONE, 1);
            assertTrue(pool.release(lease, Release.ABORT, 2));
            assertTrue(Thread.interrupted(), "still to be seen by whoever it is for");
            assertEquals(3, pool.snapshot(3).free());
        }
    }

    @Test
    @DisplayName("has no room for more ports than it says, and stays what it was")
    void noRoom() throws IOException {
        Path file = folder.resolve("small");
        PortRange ports = new PortRange(1024, 1123);
        try (SharedPortPool one = SharedPortPool.open(file, ports, SECOND, Scope.GLOBAL, "crm", 0, 80)) {
            forget(file);
            try (SharedPortPool other = SharedPortPool.open(file, ports, SECOND, Scope.GLOBAL, "shop", 0, 80)) {
                List<Long> leases = new ArrayList<>();
                for (int lease = 0; lease < 40; lease++) {
                    leases.add(one.lease(Remotes.ONE, 1));
                }
                IllegalStateException full = assertThrows(IllegalStateException.class, () -> one.lease(Remotes.ONE, 1));
                assertEquals("a shared pool has room for 40 ports in use, over all destinations", full.getMessage());
                assertEquals(40, other.snapshot(2).live());
                for (long lease : leases) {
                    assertTrue(other.release(lease, Release.ACTIVE_CLOSE, 3));
                }
                assertEquals(40, one.snapshot(4).timeWait());
                assertEquals(1064, other.port(other.lease(Remotes.ONE, 3 + SECOND)));
            }
        }
    }

    @Test
    @DisplayName("begins anew after the machine has, whose clock does")
    void clockBegunAnew() throws IOException {
        try (SharedPortPool before = open("crm", 1_000 * SECOND)) {
            before.lease(Remotes.ONE, 1_000 * SECOND);
        }
        try (SharedPortPool after = open("crm", SECOND)) {
            assertEquals(3, after.snapshot(SECOND).free());
        }
    }

    @Test
    @DisplayName("says in one line what is wrong with its file")
    void wrongFile() throws IOException {
        Path text = Files.writeString(folder.resolve("notes.txt"), "nothing of ours");
        assertEquals(
                text + " is there already, and is no pool that processes share",
                assertThrows(IllegalArgumentException.class, () -> open(text, THREE, "crm", 0))
                        .getMessage());
        assertEquals("nothing of ours", Files.readString(text));
        Path file = folder.resolve("pool");
        try (SharedPortPool first = open("crm", 0)) {
            assertEquals(3, first.free(Remotes.ONE, 0));
            assertEquals(
                    file + " is open in this process already",
                    assertThrows(IllegalArgumentException.class, () -> open("crm", 0))
                            .getMessage());
        }
        PortRange other = new PortRange(1024, 1027);
        assertEquals(
                file + " is a pool of 1024-1026, TIME_WAIT 240000000000 ns, scope global, and this process asks for"
                        + " 1024-1027, TIME_WAIT 240000000000 ns, scope global; give all the same, or another file",
                assertThrows(IllegalArgumentException.class, () -> open(file, other, "crm", 0))
                        .getMessage());
        assertThrows(IOException.class, () -> open(folder.resolve("no/such/folder"), THREE, "crm", 0));
        open("crm", 0).close();
    }

    @Test
    @DisplayName("has room for 64 processes, and says so to the next one")
    void full() throws IOException {
        List<SharedPortPool> all = new ArrayList<>();
        try {
            for (int each = 0; each < PoolFile.MOST_PROCESSES; each++) {
                all.add(second("number " + each, 0));
            }
            assertEquals(
                    "the pool is shared by 64 processes already, which is the most",
                    assertThrows(IllegalArgumentException.class, () -> second("one more", 0))
                            .getMessage());
        } finally {
            all.forEach(SharedPortPool::close);
        }
    }

    private PoolProcess process(String name, int live, int timeWait, long opened, long refused) {
        return new PoolProcess(ProcessHandle.current().pid(), name, live, timeWait, opened, refused);
    }

    private SharedPortPool open(String name, long now) throws IOException {
        return open(folder.resolve("pool"), THREE, name, now);
    }

    private static SharedPortPool open(Path file, PortRange range, String name, long now) throws IOException {
        return SharedPortPool.open(file, range, 240 * SECOND, Scope.GLOBAL, name, now);
    }

    /** A copy in the same process, which is refused otherwise. */
    private SharedPortPool second(String name, long now) throws IOException {
        SharedPortPool opened = open(name, now);
        forget(folder.resolve("pool"));
        return opened;
    }

    private static void forget(Path file) throws IOException {
        System.clearProperty("io.ephemera.ports.shared:" + file.toRealPath());
    }

    /** One sequence of operations on three copies, over a file that is full after few of them. */
    private static final class Sequence {

        private record Lease(long lease, ReferencePool.Use use) {}

        private final SplittableRandom random;
        private final PortRange range;
        private final ReferencePool reference;
        private final List<SharedPortPool> copies = new ArrayList<>();
        private final List<Lease> leases = new ArrayList<>();
        private final List<String> log = new ArrayList<>();

        Sequence(Path file, Scope scope, long seed) throws IOException {
            random = new SplittableRandom(seed);
            range = new PortRange(1024, 1024 + random.nextInt(6));
            long timeWait = random.nextBoolean() ? 1 + random.nextInt(5) : PortPool.RECHECK_NANOS * 2 - 1;
            reference = new ReferencePool(range, timeWait, scope, SelectionOrder.sequential(), Integer.MAX_VALUE);
            for (int copy = 0; copy < 3; copy++) {
                copies.add(SharedPortPool.open(file, range, timeWait, scope, "copy " + copy, 0, 80));
                forget(file);
            }
            log.add("scope " + scope + ", seed " + seed + ", range " + range);
        }

        void run(int steps) {
            try {
                for (int step = 0; step < steps; step++) {
                    step();
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(String.join("\n  ", log), e);
            } finally {
                copies.forEach(SharedPortPool::close);
            }
        }

        private void step() {
            SharedPortPool pool = copies.get(random.nextInt(copies.size()));
            long at = reference.now() + (random.nextBoolean() ? 0 : random.nextLong(PortPool.RECHECK_NANOS));
            int what = random.nextInt(12);
            log.add(at + ": " + what + " by copy " + copies.indexOf(pool));
            switch (what) {
                case 0, 1, 2, 3 -> {
                    RemoteEndpoint remote = Remotes.at(8080 + random.nextInt(3));
                    leased(pool, pool.lease(remote, at), remote, at);
                }
                case 4 -> leased(pool, pool.leaseForAnyDestination(at), null, at);
                case 5 -> {
                    int port = range.firstPort() + random.nextInt(range.size());
                    ReferencePool.Use use = reference.leaseGiven(port, at);
                    long lease = pool.leaseGiven(port, at);
                    assertEquals(use == null, lease == PortPool.REFUSED);
                    if (use != null) {
                        leases.add(new Lease(lease, use));
                    }
                }
                case 6, 7, 8, 9 -> end(pool, at, what == 9);
                case 10 -> assertEquals(reference.clearTimeWait(at), pool.clearTimeWait(at));
                default -> assertEquals(range, pool.states().range());
            }
            for (SharedPortPool each : copies) {
                PoolSnapshot expected = reference.snapshot(at, 0);
                PoolSnapshot seen = each.snapshot(at);
                assertEquals(List.of(expected.live(), expected.timeWait()), List.of(seen.live(), seen.timeWait()));
                seen.rows().stream()
                        .filter(row -> row.remote() != null)
                        .forEach(row -> assertTrue(expected.rows().contains(row), row::toString));
            }
        }

        private void leased(SharedPortPool pool, long lease, @Nullable RemoteEndpoint remote, long at) {
            if (lease == PortPool.EXHAUSTED) {
                assertNull(reference.lease(remote, at));
                return;
            }
            ReferencePool.Use use = reference.leaseThis(pool.port(lease), remote, at);
            assertNotNull(use, "port " + pool.port(lease) + " is taken");
            assertTrue(
                    leases.stream().noneMatch(each -> each.lease == lease), "a lease of that number was given before");
            leases.add(new Lease(lease, use));
        }

        private void end(SharedPortPool pool, long at, boolean elsewhere) {
            if (leases.isEmpty()) {
                return;
            }
            Lease lease = leases.get(random.nextInt(leases.size()));
            Release how = RELEASES[random.nextInt(RELEASES.length)];
            assertEquals(
                    elsewhere ? reference.markHeldElsewhere(lease.use, at) : reference.release(lease.use, how, at),
                    elsewhere ? pool.markHeldElsewhere(lease.lease, at) : pool.release(lease.lease, how, at));
        }
    }

    @Test
    @DisplayName("shares ports that are bound at a local address, as a pool of one process does")
    void localAddresses() throws IOException {
        Path file = folder.resolve("by-destination");
        InetAddress one = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        InetAddress other = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
        try (SharedPortPool first = SharedPortPool.open(file, THREE, SECOND, Scope.DESTINATION, "crm", 0)) {
            forget(file);
            try (SharedPortPool second = SharedPortPool.open(file, THREE, SECOND, Scope.DESTINATION, "shop", 0)) {
                for (int port = 1024; port <= 1026; port++) {
                    assertEquals(port, first.port(first.leaseFrom(one, 1)));
                }
                assertEquals(0, second.freeFrom(one, 2));
                assertEquals(3, second.freeFrom(other, 2));
                assertEquals(0, second.freeForAnyDestination(2));
                assertEquals(3, second.free(Remotes.ONE, 2));
                assertEquals(PortPool.EXHAUSTED, second.leaseFrom(one, 2));
            }
        }
    }
}
