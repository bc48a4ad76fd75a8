package io.ephemera.ports.bind;

import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/**
 * The counter of the sample code, faithful to its bug: an atomic increment, and then an atomic comparison that puts the counter back
 * to 5001 if it stands at exactly 65534.
 *
 * <p>Each step is atomic, the two together are not. If another thread increments between them, no comparison sees 65534, and the
 * counter runs away: 65535 is a port still, and from 65536 on every call fails until the 32-bit counter has gone round, 4,294,901,760
 * calls later. Where it wraps as meant, 5001 itself is never given out again: 5002 to 65534 are 60,533 ports.
 *
 * <p>A seed draws which of the threads makes its next step; as each step is atomic, that is all that the order of real threads could
 * come to, and the same seed gives the same ports. Safe for concurrent use: whichever thread asks here gets the next port.
 *
 * <p>Source: Microsoft, dgorti's blog of 2005-09-18, "Only one usage of each socket address (protocol/network address/port) is
 * normally permitted".
 */
public final class InterlockedDelegate implements IntSupplier {

    /** What the counter is put back to. */
    public static final int FIRST = 5_001;

    /** What the counter is compared with. */
    public static final int LAST = 65_534;

    private static final int HIGHEST_PORT = 65_535;
    private static final int MOST_THREADS = 1_000;
    private static final int MOST_SEEDS = 10_000;

    private final long seed;
    private final SplittableRandom turns;
    private final boolean[] betweenTheSteps;
    private int counter;

    /**
     * @param seed draws whose turn it is
     * @param threads 1 to 1,000 that call the delegate
     * @param lastUsed the counter's value at the start, which the sample does not give
     */
    public InterlockedDelegate(long seed, int threads, int lastUsed) {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new IllegalArgumentException("1 to 1,000 threads call the delegate, not " + threads);
        }
        this.seed = seed;
        turns = new SplittableRandom(seed);
        betweenTheSteps = new boolean[threads];
        counter = lastUsed;
    }

    /**
     * The first one, by its seed, whose counter runs away at the end of its first round: the first {@link #callsBeforeRunaway} calls
     * get the ports in turn, and all later ones fail.
     *
     * @param threads at least 2: one thread never runs away
     * @param lastUsed the counter's value at the start, 5001 to 65533
     * @throws IllegalArgumentException if there is none
     */
    public static InterlockedDelegate runaway(int threads, int lastUsed) {
        for (long seed = 1; threads > 1 && lastUsed < LAST && seed <= MOST_SEEDS; seed++) {
            InterlockedDelegate tried = new InterlockedDelegate(seed, threads, lastUsed);
            int number = lastUsed;
            for (int call = 0; call <= callsBeforeRunaway(lastUsed); call++) {
                number = tried.next();
            }
            if (number > HIGHEST_PORT) {
                return new InterlockedDelegate(seed, threads, lastUsed);
            }
        }
        throw new IllegalArgumentException("no order of " + threads + " threads runs away from " + lastUsed);
    }

    /** Calls that get a port, from a counter's value on, before the counter that has not wrapped comes to 65536. */
    public static int callsBeforeRunaway(int lastUsed) {
        return HIGHEST_PORT - lastUsed;
    }

    /**
     * The port to bind.
     *
     * @throws IllegalArgumentException if the counter is at no port, as .NET's {@code IPEndPoint} does
     */
    @Override
    public int getAsInt() {
        int number = next();
        if (number < 0 || number > HIGHEST_PORT) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + number);
        }
        return number;
    }

    private synchronized int next() {
        int thread = turns.nextInt(betweenTheSteps.length);
        while (betweenTheSteps[thread]) {
            counter = counter == LAST ? FIRST : counter;
            betweenTheSteps[thread] = false;
            thread = turns.nextInt(betweenTheSteps.length);
        }
        betweenTheSteps[thread] = true;
        return ++counter;
    }

    /** {@code seed 2, 4 threads}. */
    @Override
    public String toString() {
        return "seed " + seed + ", " + betweenTheSteps.length + " threads";
    }
}
