package io.ephemera.ports.plan;

/**
 * Workers that each make one call after the other: a closed load, such as a migration. The service time is the life of the call's
 * connections. A worker whose call is refused goes on to its next call after {@code failureNanos}.
 *
 * @param workers at least 1
 * @param calls number of calls over all workers, at least 0
 * @param failureNanos how long a refused call takes, in nanoseconds, at least 1: an error comes sooner than an answer, and so a
 *     closed load speeds up when it fails
 */
public record ClosedLoop(int workers, long calls, long failureNanos) {

    /** A refused call takes 1 ms. */
    public static final long USUAL_FAILURE_NANOS = 1_000_000;

    /** @throws IllegalArgumentException if a component is out of its range */
    public ClosedLoop {
        if (workers < 1 || workers > 1_000_000 || calls < 0 || failureNanos < 1) {
            throw new IllegalArgumentException(
                    "a closed loop has 1 to 1,000,000 workers, at least 0 calls and a failure"
                            + " of at least 1 ns, not " + workers + ", " + calls + " and " + failureNanos + " ns");
        }
    }
}
