package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.Scenario;

/**
 * Calls fail for want of a port, and somebody resets the stack. The lesson: it helps at once, and for as long as the load takes to
 * fill the ports from empty, ports / rate; then it is all as before, since the load is. {@code docs/lessons/5-band-aid.md} walks
 * through it.
 */
public final class BandAid extends SingleRun {

    /** For Gatling. */
    public BandAid() {
        super(Run.prepare(Scenario.BAND_AID));
    }
}
