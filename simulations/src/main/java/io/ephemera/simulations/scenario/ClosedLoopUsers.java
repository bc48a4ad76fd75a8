package io.ephemera.simulations.scenario;

import io.ephemera.simulations.clock.Arrivals;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.scenario.MigrationWorkers.Ending;
import io.ephemera.simulations.scenario.Script.UserFactory;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The calls of workers in a closed loop, a user each. When a worker's next call is due follows from what became of the one before;
 * that it can't be due sooner than the shortest time that a call takes is the lookahead.
 */
final class ClosedLoopUsers implements Arrivals {

    private final MigrationWorkers workers;
    private final UserFactory users;
    private final Predicate<String> neverSent;
    private final long leastNanos;
    private final PriorityQueue<Worker> ready =
            new PriorityQueue<>(Comparator.comparingLong(Worker::dueNanos).thenComparingInt(Worker::index));
    private final Map<VirtualUser, Worker> busy = new HashMap<>();
    private @Nullable VirtualUser next;
    private long calls;

    private record Worker(int index, long dueNanos) {}

    /** @param neverSent whether a call that failed so had no connection */
    ClosedLoopUsers(MigrationWorkers workers, UserFactory users, Predicate<String> neverSent) {
        this.workers = workers;
        this.users = users;
        this.neverSent = neverSent;
        this.leastNanos = workers.leastNanos();
        for (int worker = 0; worker < workers.count(); worker++) {
            ready.add(new Worker(worker, workers.dueNanos(worker)));
        }
    }

    @Override
    public @Nullable VirtualUser peek() {
        for (Worker first = ready.peek(); next == null && first != null; first = ready.peek()) {
            if (isUncertain(first)) {
                return null;
            }
            if (workers.next(first.index)) {
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

    @Override
    public void next() {
        VirtualUser user = next;
        Worker worker = ready.poll();
        if (user == null || worker == null) {
            throw new IllegalStateException("no call is due");
        }
        busy.put(user, worker);
        user.asks(workers.query(worker.index));
        next = null;
        calls++;
    }

    @Override
    public void ended(VirtualUser user) {
        Worker worker = busy.remove(user);
        if (worker != null) {
            workers.ended(worker.index, ending(user));
            ready.add(new Worker(worker.index, workers.dueNanos(worker.index)));
        }
    }

    private Ending ending(VirtualUser user) {
        return user.outcomes().stream()
                .findFirst()
                .map(outcome -> outcome.isOk()
                        ? Ending.OK
                        : neverSent.test(outcome.kind()) ? Ending.NOT_SENT : Ending.NOT_ANSWERED)
                .orElse(Ending.NOT_ANSWERED);
    }

    @Override
    public boolean isExhausted() {
        return busy.isEmpty() && peek() == null;
    }
}
