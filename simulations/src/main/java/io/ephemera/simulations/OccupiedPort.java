package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.Scenario;

/**
 * A process hangs and keeps its listener's port, while calls go out until no port is left for them: two failures with the same
 * words. The lesson: a bind conflict is about one port and has an owner, exhaustion is about all of them and has none.
 * {@code docs/lessons/7-occupied-port.md} walks through it.
 */
public final class OccupiedPort extends SingleRun {

    /** For Gatling. */
    public OccupiedPort() {
        super(Run.prepare(Scenario.OCCUPIED_PORT));
    }
}
