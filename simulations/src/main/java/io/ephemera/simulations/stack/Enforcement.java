package io.ephemera.simulations.stack;

import io.ephemera.reports.RunEnd;
import io.ephemera.reports.Slice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The limits while measured calls are made, and what can be seen of the ports: nothing, unless a stack can tell. */
public interface Enforcement extends AutoCloseable {

    /** The ports now; {@code null} where nobody can tell, or it is too early to look again. Asked by one thread. */
    default Slice.@Nullable Ports ports() {
        return null;
    }

    /** What holds the ports now, or lately: a glance, for the progress. */
    default Held now() {
        return new Held(0, 0);
    }

    /** What the pool has counted; {@code null} on stacks without one. */
    default RunEnd.@Nullable PoolCounts counts() {
        return null;
    }

    /** What the gateway has counted; {@code null} where there is none. */
    default RunEnd.@Nullable GatewayCounts gatewayCounts() {
        return null;
    }

    /** How long a connection held its port until it was closed, in wall-clock seconds; {@code null} where nobody can tell. */
    default @Nullable Double meanLifeSeconds() {
        return null;
    }

    /**
     * What makes this run untrustworthy, one sentence each.
     *
     * @param refusals connections that Gatling saw refused with no free port
     */
    default List<String> faults(long refusals) {
        return List.of();
    }

    /**
     * Puts every port in TIME_WAIT back among the free ones, as resetting the stack does; returns how many.
     *
     * @throws UnsupportedOperationException on stacks that are not ours to reset
     */
    default int resetStack() {
        throw new UnsupportedOperationException("this stack can't be reset");
    }

    /** Ends it, where it does not end by itself. */
    @Override
    default void close() {}

    /**
     * What held the ports of the run.
     *
     * @param live ports of live connections
     * @param timeWait ports in TIME_WAIT, younger than the hold in force
     */
    record Held(int live, int timeWait) {}
}
