package io.ephemera.ports;

import java.util.OptionalDouble;

/**
 * What a pool of ports can carry. The symbols:
 *
 * <pre>
 * P   ports in the pool                                [ports]
 * T   TIME_WAIT                                        [s]
 * k   ports per call                                   [ports/call], above 0
 * r   rate of calls, r0 the rate of the step before    [calls/s]
 * </pre>
 *
 * The formulas leave out the life of a connection, which holds the port as well: with a life of L seconds the threshold is
 * P / ((T + L) k).
 *
 * @param ports P, at least 1
 * @param timeWaitSeconds T, above 0
 * @param portsPerCall k, above 0
 */
public record Capacity(int ports, double timeWaitSeconds, double portsPerCall) {

    /** @throws IllegalArgumentException if a component is out of its range */
    public Capacity {
        if (ports < 1) {
            throw new IllegalArgumentException("ports must be at least 1, not " + ports);
        }
        if (!(timeWaitSeconds > 0) || Double.isInfinite(timeWaitSeconds)) {
            throw new IllegalArgumentException("TIME_WAIT must be above 0 s, not " + timeWaitSeconds + " s");
        }
        if (!(portsPerCall > 0) || Double.isInfinite(portsPerCall)) {
            throw new IllegalArgumentException("ports per call must be above 0, not " + portsPerCall);
        }
    }

    /**
     * The highest rate that can go on for ever, and the rate of successes under any overload:
     *
     * <pre>P / (T k)   [calls/s]</pre>
     *
     * 3,977 / (240 × 1) = 16.57 calls/s.
     */
    public double thresholdCallsPerSecond() {
        return ports / (timeWaitSeconds * portsPerCall);
    }

    /**
     * Seconds into a step until its first call is refused, when the rate before it had settled (it lasted one TIME_WAIT or
     * longer) at or below the threshold:
     *
     * <pre>(P/k − r0 T) / (r − r0)   [s]</pre>
     *
     * From 16 to 17 calls/s: (3,977 − 3,840) / 1 = 137 s; from an empty pool, with r0 = 0, to 20: 3,977 / 20 = 198.85 s. Empty where no
     * call of the step is ever refused.
     *
     * @param settledCallsPerSecond r0, at least 0
     * @param callsPerSecond r, at least 0
     * @throws IllegalArgumentException if a rate is below 0, or {@code settledCallsPerSecond} is above the threshold: a pool
     *     that is exhausted already has not settled
     */
    public OptionalDouble secondsToFirstExhaustion(double settledCallsPerSecond, double callsPerSecond) {
        requireRate(settledCallsPerSecond);
        requireRate(callsPerSecond);
        double threshold = thresholdCallsPerSecond();
        if (settledCallsPerSecond > threshold) {
            throw new IllegalArgumentException(
                    "a rate of " + settledCallsPerSecond + " calls/s does not settle: the threshold is " + threshold);
        }
        if (callsPerSecond <= threshold) {
            return OptionalDouble.empty();
        }
        double freePorts = ports / portsPerCall - settledCallsPerSecond * timeWaitSeconds;
        return OptionalDouble.of(freePorts / (callsPerSecond - settledCallsPerSecond));
    }

    private static void requireRate(double callsPerSecond) {
        if (!(callsPerSecond >= 0)) {
            throw new IllegalArgumentException("a rate is at least 0 calls/s, not " + callsPerSecond);
        }
    }
}
