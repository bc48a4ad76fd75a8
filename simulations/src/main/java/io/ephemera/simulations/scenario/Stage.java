package io.ephemera.simulations.scenario;

import io.ephemera.reports.Slice;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a {@link Witness} sees of a run while it goes on, and what it can do to it. Times are modelled. */
public interface Stage {

    /** More than a double is off by. */
    double ROUNDING_NANOS = 1e-3;

    /** Seconds since the start of the first step. */
    double seconds();

    /**
     * Puts something on the timeline of the run.
     *
     * @param seconds when it was, since the start of the first step
     */
    void event(double seconds, String text);

    /** In whole nanoseconds, as calls are due: those a TIME_WAIT apart stay that far apart. */
    static long nanos(double seconds) {
        return (long) Math.floor(seconds * 1e9 + ROUNDING_NANOS);
    }

    /**
     * Does something at a moment, alone: the calls before it have ended, and those after it have not begun. At the same moment it comes
     * before the calls. One that throws makes the run inconclusive. Those whose moment has not come when the last call ends are not
     * done.
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
