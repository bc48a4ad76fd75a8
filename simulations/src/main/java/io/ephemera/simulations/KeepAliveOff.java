package io.ephemera.simulations;

import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.run.Run;

/**
 * The classic failure: a client that calls one web service with keep-alive off. Every call is a new connection, the client
 * closes it, and its port stays in TIME_WAIT; above ports / TIME_WAIT calls/s none is left.
 *
 * <p>An open model climbs a staircase of rates around that threshold, then stays above it: the steady rate of successes there
 * is the measured threshold.
 */
public final class KeepAliveOff extends SingleRun {

    /** For Gatling. */
    public KeepAliveOff() {
        super(Run.prepare("KeepAliveOff", Pattern.KEEP_ALIVE_OFF, Remedy.OF_CALLS));
    }
}
