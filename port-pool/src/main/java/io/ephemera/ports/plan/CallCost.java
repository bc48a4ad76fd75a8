package io.ephemera.ports.plan;

import java.time.Duration;

/**
 * What a call takes.
 *
 * @param portsPerCall new connections that the client closes, at least 1
 * @param life how long each lives, at least 0; its port is taken for that long and then for one TIME_WAIT
 */
public record CallCost(int portsPerCall, Duration life) {

    /** One connection that lives for no time worth counting. */
    public static final CallCost ONE_PORT = new CallCost(1, Duration.ZERO);

    /** @throws IllegalArgumentException if a component is out of its range */
    public CallCost {
        if (portsPerCall < 1 || portsPerCall > 1_000) {
            throw new IllegalArgumentException("ports per call are 1 to 1,000, not " + portsPerCall);
        }
        if (life.isNegative()) {
            throw new IllegalArgumentException("a connection lives for at least 0 s, not " + life);
        }
    }
}
