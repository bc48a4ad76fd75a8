package io.ephemera.simulations;

import io.ephemera.simulations.scenario.Scenario;

/**
 * The telnet test: nothing goes out of a machine whose ports are used up, and from elsewhere it can be reached as ever
 * ({@code docs/lessons/4-in-and-out.md}).
 */
public final class InAndOut extends SingleRun {

    /** For Gatling. */
    public InAndOut() {
        super(Scenario.IN_AND_OUT);
    }
}
