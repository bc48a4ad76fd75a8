package io.ephemera.simulations;

import io.ephemera.simulations.scenario.Scenario;

/**
 * A bind conflict and exhaustion, two failures with the same words: one is about one port and has an owner, the other about all of
 * them and has none ({@code docs/lessons/7-occupied-port.md}).
 */
public final class OccupiedPort extends SingleRun {

    /** For Gatling. */
    public OccupiedPort() {
        super(Scenario.OCCUPIED_PORT);
    }
}
