package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.Scenario;

/**
 * A machine whose ports are used up, probed from both sides: the telnet test. The lesson: nothing goes out of it, not even to a
 * destination that was never called, and from elsewhere it can be reached as ever. {@code docs/lessons/4-in-and-out.md} walks
 * through it.
 */
public final class InAndOut extends SingleRun {

    /** For Gatling. */
    public InAndOut() {
        super(Run.prepare(Scenario.IN_AND_OUT));
    }
}
