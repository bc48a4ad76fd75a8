package io.ephemera.reports;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the calls of a run in virtual time compare with what was planned for each of them.
 *
 * @param different calls that found a port where none was to be free, or the other way round
 * @param first the first of them; {@code null} if there is none
 * @param deviations how calls used connections otherwise than planned; empty if all used them as planned
 */
public record CallByCall(long different, @Nullable Difference first, List<Deviation> deviations) {

    /** What becomes of a call that finds a port. */
    public static final String OK = "ok";

    /** What becomes of a call that finds none. */
    public static final String EXHAUSTED = "exhausted";

    /** Copies the list. */
    public CallByCall {
        deviations = List.copyOf(deviations);
    }

    /**
     * A call that became something else than planned.
     *
     * @param call its number, from 1
     * @param seconds when it was due, in modelled seconds from the start of the first step
     * @param planned what was to become of it: {@link #OK} or {@link #EXHAUSTED}
     * @param measured what has become of it
     */
    public record Difference(long call, double seconds, String planned, String measured) {}

    /** How a call can use connections otherwise than planned. */
    public enum Kind {
        /** It opened more of them. */
        MORE_CONNECTIONS,
        /** It opened fewer: it went over one that was open. */
        FEWER_CONNECTIONS,
        /** The target closed first where the client was to. */
        CLOSED_BY_TARGET,
        /** The client closed first where the target was to. */
        CLOSED_BY_CLIENT,
        /** It ended in a RST where it was to be closed in order. */
        RESET,
        /** It was closed in order where it was to end in a RST. */
        NOT_RESET,
        /** It was closed where it was to be kept. */
        NOT_KEPT,
        /** It stayed open where it was to be closed. */
        LEFT_OPEN;

        /** As results have it, {@code moreConnections} for example. */
        @Override
        public String toString() {
            return Json.word(this);
        }
    }

    /**
     * Calls that used connections otherwise than planned, all in the same way. Calls of a user who keeps its connection count as one.
     *
     * @param kind in which way
     * @param count how many did
     * @param firstCall number of the first that did, from 1
     * @param planned connections that the first was to open
     * @param counted connections that it opened
     */
    public record Deviation(Kind kind, long count, long firstCall, int planned, int counted) {}
}
