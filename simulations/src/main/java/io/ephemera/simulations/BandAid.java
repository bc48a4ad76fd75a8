package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.StackReset;
import io.gatling.javaapi.core.Simulation;

/**
 * Calls fail for want of a port, and somebody resets the stack. The lesson: it helps at once, and for as long as the load takes to
 * fill the ports from empty, ports / rate; then it is all as before, since the load is. {@code docs/lessons/5-band-aid.md} walks
 * through it.
 */
public final class BandAid extends Simulation {

    private final Run run = Run.prepare(new StackReset());

    /** For Gatling. */
    public BandAid() {
        Calls calls = new Calls(run);
        setUp(calls.load("BandAid"));
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
