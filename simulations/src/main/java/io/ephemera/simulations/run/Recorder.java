package io.ephemera.simulations.run;

import io.ephemera.reports.CallByCall;
import org.jspecify.annotations.Nullable;

/** Counts what becomes of calls, and writes it down as the run goes. */
interface Recorder {

    /** Begins to write. */
    void start();

    /** Writes what is left; all counts are final then. */
    void finish() throws InterruptedException;

    /** Calls that were started. */
    long startedCalls();

    /** Calls that have ended. */
    long endedCalls();

    /** Exchanges that others followed, as they were to be. */
    long challengedExchanges();

    /** Exchanges that were answered as they were to be. */
    long okExchanges();

    /** How each call compares with its plan; {@code null} on the wall. */
    default @Nullable CallByCall callByCall() {
        return null;
    }

    /** Why no other calls are to be offered; {@code null} while they are. */
    default @Nullable String stopReason() {
        return null;
    }

    /** What the recording could not be written for; {@code null} if it could. */
    @Nullable
    Throwable failure();
}
