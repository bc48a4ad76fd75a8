package io.ephemera.simulations.load;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortTimeline;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a virtual user is to do with connections, and what becomes of it on a {@link PortTimeline}.
 *
 * @param connections how many it opens, one after the other
 * @param end how each of them ends; {@code null} where they are kept
 */
public record ConnectionPlan(int connections, @Nullable Release end) {

    /**
     * Plays a user who is due at an instant.
     *
     * @param lifeNanos how long each of its connections lives, by its index
     * @return whether each of them found a port
     */
    public boolean play(PortTimeline ports, RemoteEndpoint remote, long dueNanos, IntToLongFunction lifeNanos) {
        for (int connection = 0; connection < connections; connection++) {
            long lease = ports.begin(remote, dueNanos);
            if (lease == PortPool.EXHAUSTED) {
                return false;
            }
            if (end != null) {
                ports.end(lease, dueNanos + lifeNanos.applyAsLong(connection), end);
            }
        }
        return true;
    }
}
