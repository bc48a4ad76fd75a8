package io.ephemera.simulations.clock;

import io.ephemera.ports.PortPool;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of a run are.
 *
 * @param pool where their ports come from
 * @param portsPerUser most ports that a user takes
 * @param closesFirst whether its client closes each connection first, so that its port is in TIME_WAIT
 * @param keepsConnections whether connections outlive the users that opened them
 * @param measuresLife whether a connection lives for as long as it does in wall-clock time, as towards a foreign target; for no time
 *     otherwise
 * @param lifeNanos how long a connection lives that is not measured, modelled
 * @param connectTimeoutNanos after which a client gives up a connect that a gateway does not answer, modelled; 0 without a gateway
 * @param mostUnderWay users under way at once, at most; at least 1
 * @param pace modelled seconds per second of the wall, at most; {@code null}: as fast as the machine can
 */
public record Rules(
        PortPool pool,
        int portsPerUser,
        boolean closesFirst,
        boolean keepsConnections,
        boolean measuresLife,
        long lifeNanos,
        long connectTimeoutNanos,
        int mostUnderWay,
        @Nullable Double pace) {

    /** Those of calls that pass no gateway. */
    public Rules(
            PortPool pool,
            int portsPerUser,
            boolean closesFirst,
            boolean keepsConnections,
            boolean measuresLife,
            int mostUnderWay,
            @Nullable Double pace) {
        this(pool, portsPerUser, closesFirst, keepsConnections, measuresLife, 0, 0, mostUnderWay, pace);
    }

    /** When a connection ends, after the instant at which it is due, that was held for so long by the wall's clock. */
    long lifeNanos(long heldNanos) {
        return measuresLife ? heldNanos : lifeNanos;
    }

    /** Whether a connection may end at an instant that is ahead. */
    boolean endsAhead() {
        return measuresLife || connectTimeoutNanos > 0;
    }
}
