package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.LeakedConnections;
import io.gatling.javaapi.core.Simulation;

/**
 * A part of an application does not close its connections, until calls that do find no port. The lesson: it is the same error with
 * hardly a TIME_WAIT, the ports are held by ESTABLISHED and CLOSE_WAIT, and no tuning of TIME_WAIT helps.
 * {@code docs/lessons/8-leak.md} walks through it.
 */
public final class Leak extends Simulation {

    private final Run run = Run.prepare(new LeakedConnections());

    /** For Gatling. */
    public Leak() {
        Calls calls = new Calls(run);
        setUp(calls.load("Leak"));
    }

    @Override
    public void before() {
        run.before();
    }

    @Override
    public void after() {
        run.after();
    }
}
