package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.Scenario;

/**
 * A part of an application does not close its connections, until calls that do find no port. The lesson: it is the same error with
 * hardly a TIME_WAIT, the ports are held by ESTABLISHED and CLOSE_WAIT, and no tuning of TIME_WAIT helps.
 * {@code docs/lessons/8-leak.md} walks through it.
 */
public final class Leak extends SingleRun {

    /** For Gatling. */
    public Leak() {
        super(Run.prepare(Scenario.LEAK));
    }
}
