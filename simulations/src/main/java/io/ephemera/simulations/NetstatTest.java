package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.NetstatReading;
import io.gatling.javaapi.core.Simulation;

/**
 * TIME_WAIT, counted by remote endpoint while calls go first below and then above the threshold. The lesson: netstat tells whether it
 * is port exhaustion, how near, and who burns the ports. {@code docs/lessons/6-netstat-test.md} walks through it.
 */
public final class NetstatTest extends Simulation {

    private final Run run = Run.prepare(new NetstatReading());

    /** For Gatling. */
    public NetstatTest() {
        Calls calls = new Calls(run);
        setUp(calls.load("NetstatTest"));
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
