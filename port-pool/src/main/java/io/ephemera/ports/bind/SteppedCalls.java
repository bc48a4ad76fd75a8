package io.ephemera.ports.bind;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Threads that call {@link InterlockedDelegate} step by step in an order drawn from a seed: the same seed gives the same ports and the
 * same failures, on real threads. {@link #predict} says which without any thread.
 *
 * @param seed draws whose turn it is
 * @param threads at least 1
 * @param callsPerThread at least 1
 * @param lastUsed the counter's value at the start
 */
public record SteppedCalls(long seed, int threads, int callsPerThread, int lastUsed) {

    private static final int STEPS_PER_CALL = 2;
    private static final long MOST_CALLS = 10_000_000;
    private static final int HIGHEST_PORT = 65_535;
    private static final int MOST_SEEDS = 10_000;

    /** Calls that each thread makes beyond the end of the round: turns are drawn, and some threads are ahead of others. */
    private static final int CALLS_BEYOND = 50;

    /**
     * The first schedule, by its seed, under which the counter runs away at the end of its first round.
     *
     * @param threads at least 2: one thread never runs away
     * @param lastUsed the counter's value at the start, below 65534
     * @throws IllegalArgumentException if there is none
     */
    public static SteppedCalls runaway(int threads, int lastUsed) {
        int callsPerThread = (HIGHEST_PORT - lastUsed) / threads + CALLS_BEYOND;
        for (long seed = 1; threads > 1 && lastUsed < InterlockedDelegate.LAST && seed <= MOST_SEEDS; seed++) {
            SteppedCalls calls = new SteppedCalls(seed, threads, callsPerThread, lastUsed);
            List<Call> predicted = calls.predict();
            if (firstFailure(predicted) == HIGHEST_PORT - lastUsed) {
                return calls;
            }
        }
        throw new IllegalArgumentException("no schedule of " + threads + " threads runs away from " + lastUsed);
    }

    /** Number of the first call that failed, from 0; as many as there are if none did. */
    public static int firstFailure(List<Call> calls) {
        int call = 0;
        while (call < calls.size() && !calls.get(call).failed()) {
            call++;
        }
        return call;
    }

    /** @throws IllegalArgumentException if a component is out of its range */
    public SteppedCalls {
        if (threads < 1 || threads > 1_000 || callsPerThread < 1 || (long) threads * callsPerThread > MOST_CALLS) {
            throw new IllegalArgumentException(
                    "1 to 1,000 threads make at least 1 call each and 10,000,000 together, not " + threads + " and "
                            + callsPerThread);
        }
    }

    /**
     * One call of the delegate, in the order of the increments.
     *
     * @param thread the thread that made it
     * @param number what the counter gave it: its port, if {@code failed} is not set
     * @param failed whether the number is no port
     */
    public record Call(int thread, int number, boolean failed) {}

    /** The calls as they must come, from the schedule alone. */
    public List<Call> predict() {
        Turns turns = new Turns();
        List<Call> calls = new ArrayList<>();
        boolean[] incremented = new boolean[threads];
        int counter = lastUsed;
        for (int thread = turns.next(); thread >= 0; thread = turns.next()) {
            if (incremented[thread]) {
                counter = counter == InterlockedDelegate.LAST ? InterlockedDelegate.FIRST : counter;
            } else {
                counter++;
                calls.add(new Call(thread, counter, counter < 0 || counter > HIGHEST_PORT));
            }
            incremented[thread] = !incremented[thread];
        }
        return calls;
    }

    /**
     * The calls as threads make them.
     *
     * @throws InterruptedException if the calling thread is interrupted; the others end with it
     */
    public List<Call> run() throws InterruptedException {
        Stage stage = new Stage();
        InterlockedDelegate delegate = new InterlockedDelegate(lastUsed, stage::endOfStep);
        List<Thread> actors = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            Thread actor = new Thread(stage.part(thread, delegate), "stepped-" + thread);
            actor.setDaemon(true);
            actors.add(actor);
        }
        actors.forEach(Thread::start);
        try {
            for (Thread actor : actors) {
                actor.join();
            }
        } finally {
            actors.forEach(Thread::interrupt);
        }
        return stage.calls();
    }

    /** Whose turn it is, step by step; each thread has its steps, and no more. */
    private final class Turns {

        private final SplittableRandom random = new SplittableRandom(seed);
        private final int[] unfinished = new int[threads];
        private final int[] stepsLeft = new int[threads];
        private int count = threads;

        Turns() {
            for (int thread = 0; thread < threads; thread++) {
                unfinished[thread] = thread;
                stepsLeft[thread] = callsPerThread * STEPS_PER_CALL;
            }
        }

        /** The thread that makes the next step; -1 when all are done. */
        int next() {
            if (count == 0) {
                return -1;
            }
            int drawn = random.nextInt(count);
            int thread = unfinished[drawn];
            if (--stepsLeft[thread] == 0) {
                unfinished[drawn] = unfinished[--count];
            }
            return thread;
        }
    }

    /** Lets one thread at a time make its step, and all of them in turn. */
    private final class Stage {

        private final ReentrantLock lock = new ReentrantLock();
        private final Condition[] turn = new Condition[threads];
        private final Turns turns = new Turns();
        private final ThreadLocal<Integer> me = new ThreadLocal<>();
        private final @Nullable Call[] order = new @Nullable Call[threads * callsPerThread];
        private int started;
        private int current;

        Stage() {
            for (int thread = 0; thread < threads; thread++) {
                turn[thread] = lock.newCondition();
            }
            current = turns.next();
        }

        Runnable part(int thread, InterlockedDelegate delegate) {
            return () -> {
                me.set(thread);
                try {
                    for (int call = 0; call < callsPerThread; call++) {
                        awaitTurn(thread);
                        int place = started++;
                        order[place] = make(thread, delegate);
                        pass();
                    }
                } catch (StoppedException e) {
                    Thread.currentThread().interrupt();
                }
            };
        }

        private Call make(int thread, InterlockedDelegate delegate) {
            try {
                return new Call(thread, delegate.bind(0), false);
            } catch (PortOutOfRangeException e) {
                return new Call(thread, e.number(), true);
            }
        }

        /** Between the two steps of a call: others may come first. */
        void endOfStep() {
            pass();
            awaitTurn(me.get());
        }

        private void pass() {
            lock.lock();
            try {
                current = turns.next();
                if (current >= 0) {
                    turn[current].signal();
                }
            } finally {
                lock.unlock();
            }
        }

        private void awaitTurn(int thread) {
            lock.lock();
            try {
                while (current != thread) {
                    turn[thread].await();
                }
            } catch (InterruptedException e) {
                throw new StoppedException();
            } finally {
                lock.unlock();
            }
        }

        List<Call> calls() {
            List<Call> calls = new ArrayList<>();
            for (Call call : order) {
                if (call != null) {
                    calls.add(call);
                }
            }
            return calls;
        }
    }

    private static final class StoppedException extends RuntimeException {}
}
