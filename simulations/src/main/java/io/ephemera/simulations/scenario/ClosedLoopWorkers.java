package io.ephemera.simulations.scenario;

/** Workers of a closed loop: each makes one call after the other, and starts the next when it is due. Asked by one thread at a time. */
public interface ClosedLoopWorkers {

    /** How many there are. */
    int count();

    /** A call takes at least so long, whatever becomes of it; above 0, in modelled nanoseconds. */
    long leastNanos();

    /** Gives a worker its next call; {@code false} if there is none left for it. */
    boolean next(int worker);

    /** When its call is due, in modelled nanoseconds from the start. */
    long dueNanos(int worker);

    /** What its call asks for, as the query of a URL; it is about to be made. */
    String query(int worker);

    /** Its call has ended. */
    void ended(int worker, Ending ending);

    /** How a call of a worker ends. */
    enum Ending {
        /** It was answered. */
        OK,
        /** It had no connection. */
        NOT_SENT,
        /** It was sent, and not answered as it should be. */
        NOT_ANSWERED
    }
}
