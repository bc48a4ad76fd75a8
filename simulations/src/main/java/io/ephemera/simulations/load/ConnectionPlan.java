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

    /** The plan of the users of a {@link Usage}. */
    static ConnectionPlan of(Usage usage) {
        return switch (usage.pattern().connections()) {
            case CLOSED_PER_LEG -> new ConnectionPlan(usage.pattern().legs(), Release.ACTIVE_CLOSE);
            case CLOSED_PER_CALL, KEPT_FOR_USER -> new ConnectionPlan(1, Release.ACTIVE_CLOSE);
            case CLOSED_BY_SERVER -> new ConnectionPlan(1, Release.PASSIVE_CLOSE);
            case CLOSED_ABORTIVELY -> new ConnectionPlan(1, Release.ABORT);
            case SHARED, MULTIPLEXED -> new ConnectionPlan(0, null);
        };
    }

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
