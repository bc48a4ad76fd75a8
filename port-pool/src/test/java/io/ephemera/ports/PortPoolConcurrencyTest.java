package io.ephemera.ports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real threads over virtual time: the clock is a counter that every operation moves on by one nanosecond. */
@DisplayName("A pool that several threads use")
class PortPoolConcurrencyTest {

    private static final int THREADS = 4;
    private static final int STEPS = 150_000;
    private static final int PORTS = 48;
    private static final int DESTINATIONS = 3;
    private static final long TIME_WAIT = 40;
    private static final long NEVER = Long.MIN_VALUE;

    @ParameterizedTest(
            name = "leases no port twice, keeps each in TIME_WAIT, and its books balance to the unit, scope {0}")
    @CsvSource({"GLOBAL, 1", "DESTINATION, " + DESTINATIONS})
    void booksBalance(Scope scope, int pools) throws Exception {
        Run run = new Run(scope, pools);
        Tally total = new Tally();
        List<Callable<Tally>> workers = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            long seed = 100L + thread;
            workers.add(() -> run.work(new SplittableRandom(seed)));
        }
        workers.add(run::watch);
        for (Tally tally : inParallel(workers)) {
            total.add(tally);
        }

        PoolSnapshot end = run.pool.snapshot(run.clock.get());
        assertEquals(THREADS * STEPS, total.leased + total.exhausted + total.released, "every step did one thing");
        assertEquals(total.leased, total.released + end.live(), "every lease ended once or is live");
        assertEquals(total.stillHeld, end.live());
        assertTrue(total.exhausted > 0 && total.active > 1_000, "the pool was driven to its limit: " + end);
        PoolSnapshot later = run.pool.snapshot(run.clock.get() + TIME_WAIT);
        assertEquals(0, later.timeWait());
        assertEquals(total.stillHeld, later.live());
    }

    @Test
    @DisplayName("ends a lease once, where two release it at the same time")
    void twoReleaseTheSame() throws Exception {
        int rounds = 20_000;
        PortPool pool = new PortPool(new PortRange(1024, 1025), 1, Scope.GLOBAL, SelectionOrder.sequential());
        AtomicLong lease = new AtomicLong();
        AtomicInteger round = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(2, () -> lease.set(pool.lease(Remotes.ONE, round.incrementAndGet())));
        Callable<Integer> releaser = () -> {
            int ended = 0;
            for (int i = 0; i < rounds; i++) {
                start.await();
                ended += pool.release(lease.get(), Release.ACTIVE_CLOSE, round.get()) ? 1 : 0;
            }
            return ended;
        };
        int ended = 0;
        for (int count : inParallel(List.of(releaser, releaser))) {
            ended += count;
        }
        assertEquals(rounds, ended);
        assertEquals(0, pool.snapshot(round.get()).live());
    }

    private static <T> List<T> inParallel(List<Callable<T>> tasks) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    private static final class Tally {
        long leased;
        long exhausted;
        long released;
        long active;
        long stillHeld;

        void add(Tally other) {
            leased += other.leased;
            exhausted += other.exhausted;
            released += other.released;
            active += other.active;
            stillHeld += other.stillHeld;
        }
    }

    /** What the threads share: the pool, the clock, and who has which port according to themselves. */
    private static final class Run {

        private record Held(long lease, int cell) {}

        final PortPool pool;
        final AtomicLong clock = new AtomicLong();
        private final int pools;
        private final AtomicInteger working = new AtomicInteger(THREADS);
        private final AtomicIntegerArray owners;
        private final AtomicLongArray closedAt;

        Run(Scope scope, int pools) {
            this.pools = pools;
            pool = new PortPool(new PortRange(1024, 1023 + PORTS), TIME_WAIT, scope, SelectionOrder.random(7));
            owners = new AtomicIntegerArray(pools * PORTS);
            closedAt = new AtomicLongArray(pools * PORTS);
            for (int cell = 0; cell < closedAt.length(); cell++) {
                closedAt.set(cell, NEVER);
            }
        }

        Tally work(SplittableRandom random) {
            try {
                Tally tally = new Tally();
                List<Held> held = new ArrayList<>();
                for (int step = 0; step < STEPS; step++) {
                    if (held.isEmpty() || random.nextInt(100) < 55) {
                        lease(random.nextInt(DESTINATIONS), held, tally);
                    } else {
                        release(held.remove(random.nextInt(held.size())), random.nextInt(4), tally);
                    }
                }
                tally.stillHeld = held.size();
                return tally;
            } finally {
                working.decrementAndGet();
            }
        }

        private void lease(int destination, List<Held> held, Tally tally) {
            long lease = pool.lease(Remotes.at(8080 + destination), clock.incrementAndGet());
            if (lease == PortPool.EXHAUSTED) {
                tally.exhausted++;
                return;
            }
            tally.leased++;
            int cell = (destination % pools) * PORTS + pool.port(lease) - 1024;
            assertEquals(0, owners.getAndIncrement(cell), "leased to two at once: " + pool.port(lease));
            // The pool has seen no instant later than the clock's now, so it can't have let the port out earlier than
            // this.
            long closed = closedAt.get(cell);
            assertTrue(closed == NEVER || clock.get() - closed >= TIME_WAIT, "out of TIME_WAIT early");
            held.add(new Held(lease, cell));
        }

        private void release(Held ending, int how, Tally tally) {
            long now = clock.incrementAndGet();
            boolean active = how < 3;
            // On the books before the pool knows: from then on another thread may have the port.
            closedAt.set(ending.cell, active ? now : NEVER);
            owners.decrementAndGet(ending.cell);
            assertTrue(pool.release(ending.lease, active ? Release.ACTIVE_CLOSE : Release.PASSIVE_CLOSE, now));
            tally.released++;
            tally.active += active ? 1 : 0;
        }

        Tally watch() {
            long latest = 0;
            while (working.get() > 0) {
                PoolSnapshot snapshot = pool.snapshot(clock.get());
                int live = 0;
                for (PoolSnapshot.Row row : snapshot.rows()) {
                    assertEquals(
                            PORTS, row.free() + row.live() + row.timeWait() + row.heldElsewhere(), snapshot::toString);
                    live += row.live();
                }
                assertEquals(snapshot.live(), live);
                assertTrue(snapshot.atNanos() >= latest, "time went back");
                latest = snapshot.atNanos();
            }
            return new Tally();
        }
    }
}
