package io.ephemera.simulations.scenario;

import io.ephemera.reports.Slice;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a {@link Witness} sees of a run while it goes on, and what it can do to it. Times are modelled. */
public interface Stage {

    /** Seconds since the start of the first step. */
    double seconds();

    /** How long ago a moment of the run was, on the wall, in nanoseconds; for what has a clock of its own. */
    long wallNanosSince(double seconds);

    /** Puts what happens now on the timeline of the run. */
    void event(String text);

    /**
     * Does something at a moment, alone: the calls before it have ended, and those after it have not begun. One that throws makes the run
     * inconclusive.
     * Those whose moment has not come when the last call ends are not done.
     *
     * @param seconds since the start of the first step
     */
    void at(double seconds, Runnable action);

    /** The run's folder, for what else it leaves. */
    Path folder();

    /** The ports now; {@code null} where nobody can tell. */
    Slice.@Nullable Ports ports();

    /** Puts every port in TIME_WAIT back among the free ones, as resetting the stack does; returns how many. */
    int resetStack();

    /**
     * A connection was made under the run's limits that is none of its calls, and is closed by this side at once; or it was refused
     * a port. It is left out of what the pool and the stub have counted.
     */
    void probed(boolean connected);

    /**
     * A connection was made under the run's limits that is none of its calls, and asks the stub only for its {@code /counters}, which
     * the stub does not count. It is left out of what the pool has counted.
     *
     * @param closedFirst whether this side has closed it, before the stub
     */
    void apart(boolean closedFirst);

    /**
     * Where the stub listens.
     *
     * @param destination as in {@link Script#destinationOf}
     */
    URI destination(int destination);
}
