package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Random sequences of operations; {@link ReferencePool} says what each must answer. */
@DisplayName(
        "A pool answers as the reference does, and free + live + TIME_WAIT + held elsewhere = ports after every step")
class PortPoolPropertyTest {

    private static final int SEQUENCES = 500;
    private static final int STEPS = 80;
    private static final Release[] RELEASES = Release.values();

    @ParameterizedTest(name = "over random sequences, scope {0}, {1} order")
    @CsvSource({"GLOBAL, sequential", "GLOBAL, random", "DESTINATION, sequential", "DESTINATION, random"})
    void likeTheReference(Scope scope, String order) {
        for (long seed = 0; seed < SEQUENCES; seed++) {
            Sequence sequence = new Sequence(scope, order, seed);
            try {
                for (int step = 0; step < STEPS; step++) {
                    sequence.step();
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "scope " + scope + ", " + order + ", seed " + seed + ", after\n  "
                                + String.join("\n  ", sequence.log) + "\n" + sequence.text(),
                        e);
            }
        }
    }

    /** One sequence of operations, on the pool and on the reference. */
    private static final class Sequence {

        /** A lease of the pool with its counterpart; kept when it has ended, to be tried again. */
        private record Lease(long lease, ReferencePool.Use use) {}

        final List<String> log = new ArrayList<>();
        private final SplittableRandom random;
        private final PortRange range;
        private final long origin;
        private final int destinations;
        private final PortPool pool;
        private final ReferencePool reference;
        private final List<Lease> leases = new ArrayList<>();

        Sequence(Scope scope, String order, long seed) {
            random = new SplittableRandom(seed);
            range = new PortRange(1024, 1024 + random.nextInt(6));
            long timeWait = random.nextBoolean() ? 1 + random.nextInt(5) : PortPool.RECHECK_NANOS * 2 - 1;
            long[] origins = {0, -7, Long.MAX_VALUE - 9, Long.MAX_VALUE - timeWait, Long.MIN_VALUE, random.nextLong()};
            origin = origins[random.nextInt(origins.length)];
            destinations = 1 + random.nextInt(3);
            SelectionOrder selection =
                    order.equals("random") ? SelectionOrder.random(seed) : SelectionOrder.sequential();
            // Bounded in half of the sequences: from a single TIME_WAIT to more than there are ports.
            int mostTimeWait = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(range.size() + 1);
            pool = new PortPool(range, timeWait, scope, selection, mostTimeWait);
            reference = new ReferencePool(range, timeWait, scope, selection, mostTimeWait);
            pool.snapshot(origin);
        }

        void step() {
            long at = nextInstant();
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> {
                    RemoteEndpoint remote = Remotes.at(8080 + random.nextInt(destinations));
                    log.add(at + ": lease " + remote);
                    leased(pool.lease(remote, origin + at), PortPool.EXHAUSTED, reference.lease(remote, at));
                }
                case 4 -> {
                    log.add(at + ": lease for any destination");
                    leased(pool.leaseForAnyDestination(origin + at), PortPool.EXHAUSTED, reference.lease(null, at));
                }
                case 5 -> {
                    int port = range.firstPort() + random.nextInt(range.size());
                    log.add(at + ": lease given " + port);
                    leased(pool.leaseGiven(port, origin + at), PortPool.REFUSED, reference.leaseGiven(port, at));
                }
                case 6, 7, 8 -> {
                    if (!leases.isEmpty()) {
                        Lease lease = leases.get(random.nextInt(leases.size()));
                        Release how =
                                random.nextBoolean() ? Release.ACTIVE_CLOSE : RELEASES[random.nextInt(RELEASES.length)];
                        log.add(at + ": release " + lease.use.port + " " + how);
                        assertEquals(
                                reference.release(lease.use, how, at), pool.release(lease.lease, how, origin + at));
                    }
                }
                case 9 -> {
                    if (!leases.isEmpty()) {
                        Lease lease = leases.get(random.nextInt(leases.size()));
                        log.add(at + ": held elsewhere " + lease.use.port);
                        assertEquals(
                                reference.markHeldElsewhere(lease.use, at),
                                pool.markHeldElsewhere(lease.lease, origin + at));
                    }
                }
                case 10 -> {
                    log.add(at + ": drain peak");
                    assertEquals(reference.drainPeakTimeWait(at), pool.drainPeakTimeWait(origin + at));
                }
                default -> {
                    if (random.nextInt(4) == 0) {
                        log.add(at + ": clear TIME_WAIT");
                        assertEquals(reference.clearTimeWait(at), pool.clearTimeWait(origin + at));
                    }
                }
            }
            compareStates(at);
        }

        String text() {
            return pool.snapshot(origin + reference.now()).toString();
        }

        /** Mostly around the instants at which something changes: one nanosecond before, at, and after; sometimes back. */
        private long nextInstant() {
            return switch (random.nextInt(8)) {
                case 0 -> Math.max(0, reference.now() - random.nextInt(5));
                case 1 -> reference.now() + 1;
                case 2 -> Math.max(reference.now(), reference.nextChange() - 1);
                case 3 -> reference.nextChange();
                case 4 -> reference.now() + random.nextLong(PortPool.RECHECK_NANOS);
                default -> reference.now();
            };
        }

        private void leased(long lease, long none, ReferencePool.@Nullable Use expected) {
            if (expected == null) {
                assertEquals(none, lease);
            } else {
                assertTrue(lease >= 0, "no lease, where port " + expected.port + " is free");
                assertEquals(expected.port, pool.port(lease));
                assertTrue(
                        leases.stream().noneMatch(l -> l.lease == lease), "a lease of the same name was given before");
                leases.add(new Lease(lease, expected));
            }
        }

        private void compareStates(long at) {
            PoolSnapshot snapshot = pool.snapshot(origin + at);
            assertEquals(reference.snapshot(at, origin), snapshot);
            for (PoolSnapshot.Row row : snapshot.rows()) {
                assertEquals(range.size(), row.free() + row.live() + row.timeWait() + row.heldElsewhere());
            }
            comparePorts(snapshot);
        }

        /** Port by port, with the moment of its release, as the destination with the fewest free ones sees them. */
        private void comparePorts(PoolSnapshot snapshot) {
            PortStates states = pool.states();
            assertEquals(snapshot.atNanos(), states.atNanos());
            PoolSnapshot.Row row = snapshot.rows().stream()
                    .min(Comparator.comparingInt(PoolSnapshot.Row::free))
                    .orElseThrow();
            assertEquals(row.remote(), states.remote());
            int[] counts = new int[4];
            for (int index = 0; index < range.size(); index++) {
                long state = states.state(index);
                assertEquals(reference.state(range.firstPort() + index, row.remote()), state);
                counts[(int) Math.min(1, state) + 2]++;
            }
            assertEquals(
                    List.of(row.heldElsewhere(), row.live(), row.free(), row.timeWait()),
                    Arrays.stream(counts).boxed().toList());
        }
    }
}
