package io.ephemera.simulations.run;

import io.ephemera.reports.RunEnd;
import io.ephemera.simulations.clock.UserSource;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.gatling.ResponseListener.Response;
import io.ephemera.simulations.stack.Enforcement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Drives the generator by a clock, and records what becomes of the calls. */
interface Drive extends UserSource {

    /** A call of the run has ended, as Gatling saw it. */
    void ended(VirtualUser user, Response response, String kind);

    /** An exchange of a call of the run was challenged, as it was to be. */
    void challenged(VirtualUser user, Response response);

    /** All users have ended: waits until what they have left open is closed, but not for ever. */
    default void settle() throws InterruptedException {}

    /** The limits; {@code null} before the first call of the run. */
    @Nullable
    Enforcement enforcement();

    /** What is written of the run. */
    Recorder recorder();

    /** What the pool has counted, of calls alone; {@code null} on stacks without one. */
    RunEnd.@Nullable PoolCounts pool();

    /** What makes this run untrustworthy, one sentence each. */
    List<String> faults();

    /** The scenario that is played; {@code null} if none is. */
    default @Nullable ScenarioRun scenario() {
        return null;
    }
}
