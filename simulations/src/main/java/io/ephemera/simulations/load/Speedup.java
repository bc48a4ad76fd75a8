package io.ephemera.simulations.load;

import io.ephemera.ports.run.PlannedStep;
import java.util.List;

/**
 * The highest speedup that is exact on the kernel of an ordinary machine of two cores. Three things bound it:
 *
 * <ul>
 *   <li>the generator: rates are multiplied by the speedup, and the client, the stub and the recorder share the machine;
 *   <li>the life of a connection, which holds its port as well: at speedup s a real life of l counts as l × s, which is to stay
 *       below 0.1 % of TIME_WAIT;
 *   <li>the millisecond in which calls are scheduled, which is to stay below 0.2 % of a TIME_WAIT in wall-clock time.
 * </ul>
 */
public final class Speedup {

    /** Exchanges/s that two cores start, serve and record without falling behind, in a JVM that is warm for seconds only. */
    private static final double GENERATOR_EXCHANGES_PER_WALL_SECOND = 3400;

    /** The same where they log in, which costs more. */
    private static final double LOGIN_EXCHANGES_PER_WALL_SECOND = 3200;

    /** The same where all calls have one connection, and wait for each other. */
    private static final double ONE_CONNECTION_CALLS_PER_WALL_SECOND = 400;

    /** Real life of a connection on loopback, generously, for each exchange on it. */
    private static final double LIFE_WALL_SECONDS = 0.0008;

    private static final double MOST_LIFE_OF_TIME_WAIT = 0.001;
    private static final double LEAST_TIME_WAIT_WALL_SECONDS = 0.5;
    private static final double[] ROUND = {8, 7.5, 6, 5, 4, 3, 2.5, 2, 1.5, 1.25, 1};
    private static final double HIGHEST = 1000;

    /**
     * What the search for a port costs the kernel for each port of its range, once more than half of it is in TIME_WAIT: measured
     * 326 µs over 3,977 ports, 2.3 ms over 28,232, 6.5 ms over 64,511.
     */
    private static final double SEARCH_SECONDS_PER_PORT = 0.085e-6;

    /** The same for a search in vain. */
    private static final double VAIN_SEARCH_SECONDS_PER_PORT = 0.2e-6;

    /** Of two cores, this much of one may go to the kernel's search. */
    private static final double MOST_SEARCH_SECONDS_PER_SECOND = 0.75;

    private Speedup() {}

    /**
     * The highest round speedup at which the kernel's own search for ports leaves time for the calls as well; at least 1.
     *
     * @param ports size of the range that is searched
     * @param thresholdCallsPerSecond modelled; calls above it search in vain
     */
    public static double highestExactOnKernel(
            double timeWaitSeconds, Usage usage, List<PlannedStep> steps, int ports, double thresholdCallsPerSecond) {
        double fastest = steps.stream()
                .mapToDouble(PlannedStep::offeredCallsPerSecond)
                .max()
                .orElse(1);
        double found = Math.min(fastest, thresholdCallsPerSecond) * usage.portsPerCall();
        // A call that is refused its first port asks for no second, and a user that is refused makes no other call.
        double vain = Math.max(0, fastest - thresholdCallsPerSecond) * Math.min(1, usage.portsPerCall());
        double searching = ports * (found * SEARCH_SECONDS_PER_PORT + vain * VAIN_SEARCH_SECONDS_PER_PORT);
        return highestRound(Math.min(
                bound(timeWaitSeconds, usage, fastest),
                searching == 0 ? HIGHEST : MOST_SEARCH_SECONDS_PER_SECOND / searching));
    }

    /** Whether the generator can offer such calls at this rate, in wall-clock time. */
    public static boolean canOffer(double callsPerWallSecond, Usage usage) {
        return callsPerWallSecond <= exchangesPerWallSecond(usage) / usage.exchangesPerCall();
    }

    private static double exchangesPerWallSecond(Usage usage) {
        return usage.pattern().login() == Login.NONE
                ? GENERATOR_EXCHANGES_PER_WALL_SECOND
                : LOGIN_EXCHANGES_PER_WALL_SECOND;
    }

    private static double bound(double timeWaitSeconds, Usage usage, double fastest) {
        double callsPerWallSecond = usage.pattern() == Pattern.NTLM_SHARED
                ? ONE_CONNECTION_CALLS_PER_WALL_SECOND
                : exchangesPerWallSecond(usage) / usage.exchangesPerCall();
        return Math.min(
                callsPerWallSecond / fastest,
                Math.min(
                        MOST_LIFE_OF_TIME_WAIT * timeWaitSeconds / (LIFE_WALL_SECONDS * usage.exchangesPerConnection()),
                        timeWaitSeconds / LEAST_TIME_WAIT_WALL_SECONDS));
    }

    private static double highestRound(double bound) {
        for (double decade = 100; decade >= 1; decade /= 10) {
            for (double digits : ROUND) {
                if (digits * decade <= Math.min(bound, HIGHEST)) {
                    return digits * decade;
                }
            }
        }
        return 1;
    }
}
