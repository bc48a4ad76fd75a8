package io.ephemera.simulations.run;

import io.ephemera.reports.RunEnd;
import io.ephemera.simulations.clock.UserSource;
import io.ephemera.simulations.stack.Enforcement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Drives the generator by a clock, and has what becomes of its users recorded. */
interface Drive extends UserSource {

    /**
     * Whom a drive tells how far it is. None may wait.
     *
     * @param measures the first call of the run is about to be made
     * @param recordingFailed the recording can't be written
     * @param over the last call has ended
     */
    record Notices(Runnable measures, Runnable recordingFailed, Runnable over) {}

    /** All users have ended: waits until what they have left open is closed, but not for ever. */
    default void settle() throws InterruptedException {}

    /** Calls that were started. */
    long startedCalls();

    /** What is written of the run. */
    Recorder recorder();

    /** The limits; {@code null} before the first call of the run. */
    @Nullable
    Enforcement enforcement();

    /** What the pool has counted, of calls alone; {@code null} on stacks without one. */
    RunEnd.@Nullable PoolCounts pool();

    /** What makes this run untrustworthy, one sentence each. */
    List<String> faults();

    /** The scenario that is played; {@code null} if none is. */
    default @Nullable ScenarioRun scenario() {
        return null;
    }
}
