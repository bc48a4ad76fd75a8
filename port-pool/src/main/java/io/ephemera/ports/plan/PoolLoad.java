package io.ephemera.ports.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Calls that share a {@link ClientPool}, to the destinations in turn.
 *
 * @param callsPerSecond mean rate of all calls, above 0
 * @param concurrency calls that start at the same moment, every concurrency / callsPerSecond seconds; 1 where they are random
 * @param serviceTime how long a call takes, at least 0
 * @param destinations at least 1
 * @param seed of random arrivals (a Poisson process: many callers that know nothing of each other); {@code null} for calls that
 *     start together, which is the worst a pool can meet
 */
public record PoolLoad(
        double callsPerSecond,
        int concurrency,
        Duration serviceTime,
        int destinations,
        @Nullable Long seed) {

    /** @throws IllegalArgumentException if a component is out of its range */
    public PoolLoad {
        if (!(callsPerSecond > 0) || concurrency < 1 || serviceTime.isNegative() || destinations < 1) {
            throw new IllegalArgumentException(
                    "a rate is above 0, a concurrency and destinations are at least 1, a service time is at least 0,"
                            + " not " + callsPerSecond + ", " + concurrency + ", " + destinations + " and "
                            + serviceTime);
        }
    }

    /** Calls that start at the same moment, every concurrency / callsPerSecond seconds. */
    public static PoolLoad bursts(double callsPerSecond, int concurrency, Duration serviceTime) {
        return new PoolLoad(callsPerSecond, concurrency, serviceTime, 1, null);
    }

    /** Calls that start at random, independent of each other. */
    public static PoolLoad random(double callsPerSecond, Duration serviceTime, long seed) {
        return new PoolLoad(callsPerSecond, 1, serviceTime, 1, seed);
    }

    double periodNanos() {
        return concurrency / callsPerSecond * 1e9;
    }
}
