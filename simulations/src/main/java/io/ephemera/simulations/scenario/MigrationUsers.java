package io.ephemera.simulations.scenario;

import io.ephemera.simulations.clock.Arrivals;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import io.ephemera.simulations.scenario.Ledger.Entry;
import io.ephemera.simulations.scenario.Script.UserFactory;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The workers of a migration, a closed loop: each pushes records one after the other, each with some calls, a user each. A worker that
 * has its answer starts the next call one service time after the last; one that is refused goes on sooner, since an error comes sooner
 * than an answer. When its next call is due follows from what became of those before, never from when they really ended; that it
 * can't be due sooner than the shortest time that a call takes is the lookahead.
 */
final class MigrationUsers implements Arrivals {

    private static final int NONE = -1;

    private final MigrationShape shape;
    private final BitSet arrived;
    private final UserFactory users;
    private final Predicate<String> neverSent;
    private final Log log;
    private final long leastNanos;
    private final PriorityQueue<Worker> ready = new PriorityQueue<>(
            Comparator.<Worker>comparingLong(worker -> worker.dueNanos).thenComparingInt(worker -> worker.index));
    private final Map<VirtualUser, Worker> busy = new HashMap<>();
    private @Nullable VirtualUser next;
    private long calls;
    private int nextPush;
    private long failedPushes;
    private long retries;
    private long refused;
    private long endNanos;
    private long firstFailedPush = NONE;

    /** Is told of each attempt, before and after it. */
    interface Log {
        void write(Entry entry, long call);
    }

    private static final class Worker {
        final int index;
        long dueNanos;
        int push = NONE;
        int call;

        Worker(int index, long dueNanos) {
            this.index = index;
            this.dueNanos = dueNanos;
        }
    }

    /**
     * Before the first call.
     *
     * @param arrived pushes that are known to have arrived already, which are not made again
     * @param neverSent whether a call that failed so had no connection
     */
    MigrationUsers(MigrationShape shape, BitSet arrived, UserFactory users, Predicate<String> neverSent, Log log) {
        this.shape = shape;
        this.arrived = arrived;
        this.users = users;
        this.neverSent = neverSent;
        this.log = log;
        this.leastNanos = Math.min(shape.cycleNanos(), shape.failureNanos());
        this.nextPush = arrived.nextClearBit(0);
        for (int worker = 0; worker < shape.workers(); worker++) {
            ready.add(new Worker(worker, worker * shape.cycleNanos() / shape.workers()));
        }
    }

    @Override
    public @Nullable VirtualUser peek() {
        for (Worker first = ready.peek(); next == null && first != null; first = ready.peek()) {
            if (isUncertain(first)) {
                return null;
            }
            if (hasCall(first)) {
                next = users.user(calls, first.dueNanos);
            } else {
                ready.remove();
            }
        }
        return next;
    }

    /** Whether a worker who is under way may come first: at equal instants the lower index does. */
    private boolean isUncertain(Worker first) {
        return busy.values().stream()
                .anyMatch(worker -> worker.dueNanos + leastNanos < first.dueNanos
                        || (worker.dueNanos + leastNanos == first.dueNanos && worker.index < first.index));
    }

    private boolean hasCall(Worker worker) {
        if (worker.push == NONE && nextPush < shape.pushes()) {
            worker.push = nextPush;
            worker.call = 0;
            nextPush = arrived.nextClearBit(nextPush + 1);
        }
        return worker.push != NONE;
    }

    private long callOf(Worker worker) {
        return (long) worker.push * shape.callsPerPush() + worker.call;
    }

    @Override
    public void next() {
        VirtualUser user = next;
        Worker worker = ready.poll();
        if (user == null || worker == null) {
            throw new IllegalStateException("no call is due");
        }
        busy.put(user, worker);
        log.write(Entry.STARTED, callOf(worker));
        user.asks("?record=" + callOf(worker));
        next = null;
        calls++;
    }

    @Override
    public void ended(VirtualUser user) {
        Worker worker = busy.remove(user);
        if (worker == null) {
            return;
        }
        List<Outcome> outcomes = user.outcomes();
        if (!outcomes.isEmpty() && outcomes.get(0).isOk()) {
            log.write(Entry.OK, callOf(worker));
            succeeded(worker);
        } else {
            // Of what was sent and not answered nobody here knows whether it has arrived.
            if (!outcomes.isEmpty() && neverSent.test(outcomes.get(0).kind())) {
                log.write(Entry.NOT_SENT, callOf(worker));
                refused++;
            }
            failed(worker);
        }
        // What its last call takes, the wait after a failure included, belongs to the load.
        endNanos = Math.max(endNanos, worker.dueNanos);
        ready.add(worker);
    }

    private void succeeded(Worker worker) {
        worker.dueNanos += shape.cycleNanos();
        worker.call++;
        if (worker.call == shape.callsPerPush()) {
            worker.push = NONE;
        }
    }

    private void failed(Worker worker) {
        worker.dueNanos += shape.failureNanos();
        firstFailedPush = firstFailedPush == NONE ? worker.push : Math.min(firstFailedPush, worker.push);
        if (shape.retried()) {
            // A record whose second call has failed is pushed again from its first: retries burn ports too.
            retries++;
            worker.call = 0;
        } else {
            failedPushes++;
            worker.push = NONE;
        }
    }

    @Override
    public boolean isExhausted() {
        return busy.isEmpty() && peek() == null;
    }

    long failedPushes() {
        return failedPushes;
    }

    long retries() {
        return retries;
    }

    long refused() {
        return refused;
    }

    /** The first push of which a call failed; -1 if none did. */
    long firstFailedPush() {
        return firstFailedPush;
    }

    /** When the last worker has done its last, in modelled nanoseconds from the start. */
    long endNanos() {
        return endNanos;
    }
}
