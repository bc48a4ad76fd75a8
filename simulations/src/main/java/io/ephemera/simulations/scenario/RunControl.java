package io.ephemera.simulations.scenario;

import io.ephemera.reports.Slice;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Script} sees of a run while it goes on, and what it can do to it: of a real one, or of one on the model alone,
 * which predicts what the real one measures. Times are modelled.
 */
public interface RunControl {

    /** What {@link #connect} says of a connection that was made. */
    String OK = "ok";

    /** More than a double is off by. */
    double ROUNDING_NANOS = 1e-3;

    /** In whole nanoseconds, as calls are due: those a TIME_WAIT apart stay that far apart. */
    static long nanos(double seconds) {
        return (long) Math.floor(seconds * 1e9 + ROUNDING_NANOS);
    }

    /**
     * Puts something on the timeline of the run.
     *
     * @param seconds when it was, since the start of the first step
     */
    void event(double seconds, String text);

    /**
     * Does something at a moment, alone: the calls before it have ended, and those after it have not begun. At the same moment it comes
     * before the calls. One that throws makes the run inconclusive. Those whose moment has not come when the last call ends are not
     * done.
     *
     * @param seconds since the start of the first step
     */
    void at(double seconds, Runnable action);

    /** The ports now; {@code null} where nobody can tell. */
    Slice.@Nullable Ports ports();

    /** Puts every port in TIME_WAIT back among the free ones, as resetting the stack does; returns how many. */
    int resetStack();

    /**
     * Tries to connect under the limits of the run, and closes at once.
     *
     * @param destination as in {@link Script#destinationOf}
     * @return {@link #OK}, or what went wrong
     */
    String connect(int destination);

    /**
     * Asks the stub something over a connection of its own that is none of the run's calls.
     *
     * @param serverCloses whether the stub is to close it after its answer
     * @param leftOpen whether this side never closes it
     * @return whether there was a port for it
     */
    boolean ask(boolean serverCloses, boolean leftOpen);

    /**
     * Asks the stub something over connections that were left open, which takes no port.
     *
     * @param most over how many of them at most
     * @return how many have its answer
     */
    int askAgain(int most);

    /**
     * Where the stub listens.
     *
     * @param destination as in {@link Script#destinationOf}
     */
    URI destination(int destination);
}
