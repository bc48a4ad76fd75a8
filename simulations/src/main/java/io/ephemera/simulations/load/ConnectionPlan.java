package io.ephemera.simulations.load;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortTimeline;
import io.ephemera.ports.Release;
import io.ephemera.ports.Route;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a virtual user is to do with connections, and what becomes of it on a {@link PortTimeline}.
 *
 * @param connections how many it opens, one after the other
 * @param end how each of them ends; {@code null} where they are kept
 */
public record ConnectionPlan(int connections, @Nullable Release end) {

    /** What a user finds. */
    public enum Found {
        /** A port for each of its connections. */
        PORTS,
        /** No local port for one of them. */
        NO_PORT,
        /** No port of the gateway for one of them. */
        NO_GATEWAY_PORT
    }

    /**
     * Plays a user who is due at an instant.
     *
     * @param lifeNanos how long each of its connections lives, by its index
     */
    public Found play(PortTimeline ports, Route route, long dueNanos, IntToLongFunction lifeNanos) {
        for (int connection = 0; connection < connections; connection++) {
            long lease = ports.begin(route, dueNanos);
            if (lease == PortPool.EXHAUSTED) {
                return Found.NO_PORT;
            }
            if (lease == PortTimeline.DROPPED) {
                return Found.NO_GATEWAY_PORT;
            }
            if (end != null) {
                ports.end(lease, dueNanos + lifeNanos.applyAsLong(connection), end);
            }
        }
        return Found.PORTS;
    }
}
