package io.ephemera.simulations.clock;

import io.ephemera.agent.LeaseListener.Lease;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of virtual users on a pool, without a connection. What is next of all that may be, a lease, a close or the end of
 * a user, is drawn by lot: with one thread a seed is one order of arrival, with several the machine has a say in it as well.
 */
public final class ShuffledClient implements UserSource.Starter {

    /**
     * What a user does.
     *
     * @param connections how many it opens, one after the other
     * @param end how each ends; {@code null}: it stays open
     */
    public record Use(int connections, @Nullable Release end) {}

    private final PortPool pool;
    private final Function<VirtualUser, Use> uses;
    private final ToLongBiFunction<VirtualUser, Integer> lives;
    private @Nullable VirtualTime clock;

    // Guarded by this, which nothing that is called while it is held waits for.
    private final Random random;
    private final List<Runnable> tasks = new ArrayList<>();
    private final Map<Long, Boolean> found = new HashMap<>();
    private int working;
    private boolean over;

    /**
     * A client of a pool that the clock's rules name too.
     *
     * @param uses what a user does
     * @param lives how long a user's connection of an index is held, in nanoseconds of the stopwatch
     */
    public ShuffledClient(
            PortPool pool, long seed, Function<VirtualUser, Use> uses, ToLongBiFunction<VirtualUser, Integer> lives) {
        this.pool = pool;
        this.random = new Random(seed);
        this.uses = uses;
        this.lives = lives;
    }

    /** The clock says that all users have ended. */
    public synchronized void over() {
        over = true;
        notifyAll();
    }

    @Override
    public void start(VirtualUser user, boolean here) {
        add(() -> connect(user, 0));
    }

    private synchronized void add(Runnable task) {
        tasks.add(task);
        notifyAll();
    }

    /**
     * Makes calls until nothing is left to be done.
     *
     * @return whether all users have ended; otherwise those under way wait for what never comes
     */
    public boolean run(VirtualTime time, int threads) throws InterruptedException, ExecutionException {
        clock = time;
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            time.begin(this);
            List<Future<?>> ends = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                ends.add(workers.submit(this::work));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } finally {
            workers.shutdownNow();
        }
        synchronized (this) {
            return over;
        }
    }

    /** Goes on after {@link #run} where something was to be done first. */
    public boolean goOn() {
        work();
        synchronized (this) {
            return over;
        }
    }

    private void work() {
        try {
            for (Runnable task = next(); task != null; task = next()) {
                task.run();
                ends();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Runnable next() throws InterruptedException {
        while (tasks.isEmpty()) {
            if (working == 0) {
                notifyAll();
                return null;
            }
            wait();
        }
        working++;
        int drawn = random.nextInt(tasks.size());
        Runnable task = tasks.get(drawn);
        tasks.set(drawn, tasks.get(tasks.size() - 1));
        tasks.remove(tasks.size() - 1);
        return task;
    }

    private synchronized void ends() {
        working--;
        notifyAll();
    }

    private VirtualTime clock() {
        VirtualTime time = clock;
        if (time == null) {
            throw new IllegalStateException("there is no clock yet");
        }
        return time;
    }

    private void connect(VirtualUser user, int connection) {
        VirtualTime time = clock();
        Use use = uses.apply(user);
        if (connection == use.connections) {
            end(user, true);
            return;
        }
        long due = time.leaseNanos(user);
        RemoteEndpoint from = user.drawsFrom();
        long lease = from.equals(user.remote()) ? pool.lease(from, due) : pool.leaseFrom(from.address(), due);
        if (lease == PortPool.EXHAUSTED) {
            time.refused(user.remote(), user);
            end(user, false);
            return;
        }
        Lease told = time.leased(user.remote(), user);
        Release how = use.end;
        if (how != null) {
            add(() -> close(user, connection, lease, how, told));
        }
        add(() -> connect(user, connection + 1));
    }

    private void close(VirtualUser user, int connection, long lease, Release how, Lease told) {
        long held = lives.applyAsLong(user, connection);
        clock().release(pool, lease, how, user, held);
        told.ended(how, held);
    }

    private void end(VirtualUser user, boolean allFound) {
        synchronized (this) {
            found.put(user.firstCall(), allFound);
        }
        user.ended(new Outcome(allFound ? Outcome.OK : "exhausted", 0, 0, null));
        clock().ended(user);
    }

    /** Whether each user found all its ports, by the number of its first call. */
    public synchronized List<Boolean> found() {
        List<Boolean> all = new ArrayList<>();
        for (long user = 0; user < found.size(); user++) {
            all.add(Boolean.TRUE.equals(found.get(user)));
        }
        return all;
    }
}
