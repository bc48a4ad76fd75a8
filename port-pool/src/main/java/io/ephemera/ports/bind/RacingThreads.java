package io.ephemera.ports.bind;

import java.util.SplittableRandom;

/**
 * The numbers that several threads get from {@link InterlockedDelegate}, whichever thread asks here. A seed draws whose turn it is to
 * make its next step, the increment or the comparison; as each step is atomic, that is all that the order of real threads could come
 * to, and the same seed gives the same numbers.
 */
public final class RacingThreads implements BindIPEndPointDelegate {

    private static final int MOST_THREADS = 1_000;
    private static final int MOST_SEEDS = 10_000;

    private final long seed;
    private final InterlockedDelegate counter;

    // Guarded by this.
    private final SplittableRandom turns;
    private final boolean[] betweenTheSteps;

    /**
     * @param seed draws whose turn it is
     * @param threads 1 to 1,000
     * @param lastUsed the counter's value at the start
     */
    public RacingThreads(long seed, int threads, int lastUsed) {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new IllegalArgumentException("1 to 1,000 threads call the delegate, not " + threads);
        }
        this.seed = seed;
        counter = new InterlockedDelegate(lastUsed);
        turns = new SplittableRandom(seed);
        betweenTheSteps = new boolean[threads];
    }

    /**
     * The first of them, by its seed, whose counter runs away at the end of its first round: the first {@link
     * #callsBeforeRunaway} calls get the ports in turn, and all later ones fail.
     *
     * @param threads at least 2: one thread never runs away
     * @param lastUsed the counter's value at the start, 5001 to 65533
     * @throws IllegalArgumentException if there is none
     */
    public static RacingThreads runaway(int threads, int lastUsed) {
        for (long seed = 1; threads > 1 && lastUsed < InterlockedDelegate.LAST && seed <= MOST_SEEDS; seed++) {
            if (new RacingThreads(seed, threads, lastUsed).runsAway(callsBeforeRunaway(lastUsed))) {
                return new RacingThreads(seed, threads, lastUsed);
            }
        }
        throw new IllegalArgumentException("no order of " + threads + " threads runs away from " + lastUsed);
    }

    /** Calls that get a port, from a counter's value on, before the counter that has not wrapped comes to 65536. */
    public static int callsBeforeRunaway(int lastUsed) {
        return InterlockedDelegate.HIGHEST_PORT - lastUsed;
    }

    private boolean runsAway(int afterCalls) {
        int number = 0;
        for (int call = 0; call <= afterCalls; call++) {
            number = next();
        }
        return number > InterlockedDelegate.HIGHEST_PORT;
    }

    @Override
    public int bind(int retryCount) {
        return InterlockedDelegate.port(next());
    }

    private synchronized int next() {
        int thread = turns.nextInt(betweenTheSteps.length);
        while (betweenTheSteps[thread]) {
            counter.wrap();
            betweenTheSteps[thread] = false;
            thread = turns.nextInt(betweenTheSteps.length);
        }
        betweenTheSteps[thread] = true;
        return counter.increment();
    }

    /** {@code seed 2, 4 threads}. */
    @Override
    public String toString() {
        return "seed " + seed + ", " + betweenTheSteps.length + " threads";
    }
}
