package io.ephemera.simulations.stack;

import io.ephemera.reports.RunEnd;
import io.ephemera.reports.Slice;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The limits while measured calls are made, and what can be seen of the ports. */
public interface Enforcement extends AutoCloseable {

    /** The ports now; {@code null} where nobody can tell, or it is too early to look again. Asked by one thread. */
    Slice.@Nullable Ports ports();

    /** What holds the ports now, or lately: a glance, for the progress. */
    Held now();

    /** What held the ports when a call was last refused for want of one; as near as can be told. */
    Held atLastExhaustion();

    /** What the pool has counted; {@code null} on stacks without one. */
    RunEnd.@Nullable PoolCounts counts();

    /** How long a connection held its port until it was closed, in wall-clock seconds; {@code null} where nobody can tell. */
    @Nullable
    Double meanLifeSeconds();

    /**
     * What makes this run untrustworthy, one sentence each.
     *
     * @param refusals connections that Gatling saw refused for want of a port
     */
    List<String> faults(long refusals);

    /**
     * Puts every port in TIME_WAIT back among the free ones, as resetting the stack does; returns how many.
     *
     * @throws UnsupportedOperationException on stacks that are not ours to reset
     */
    default int resetStack() {
        throw new UnsupportedOperationException("this stack can't be reset");
    }

    @Override
    void close();

    /**
     * What held the ports of the run.
     *
     * @param live ports of live connections
     * @param timeWait ports in TIME_WAIT, younger than the hold in force
     */
    record Held(int live, int timeWait) {}
}
