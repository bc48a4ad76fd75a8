package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.Telnet;
import io.gatling.javaapi.core.Simulation;

/**
 * A machine whose ports are used up, probed from both sides: the telnet test. The lesson: nothing goes out of it, not even to a
 * destination that was never called, and from elsewhere it can be reached as ever. {@code docs/lessons/4-in-and-out.md} walks
 * through it.
 */
public final class InAndOut extends Simulation {

    private final Run run = Run.prepare(new Telnet());

    /** For Gatling. */
    public InAndOut() {
        Calls calls = new Calls(run);
        setUp(calls.load("InAndOut"));
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
