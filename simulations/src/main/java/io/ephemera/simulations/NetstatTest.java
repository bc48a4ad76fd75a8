package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.Scenario;

/**
 * TIME_WAIT, counted by remote endpoint while calls go first below and then above the threshold. The lesson: netstat tells whether it
 * is port exhaustion, how near, and who burns the ports. {@code docs/lessons/6-netstat-test.md} walks through it.
 */
public final class NetstatTest extends SingleRun {

    /** For Gatling. */
    public NetstatTest() {
        super(Run.prepare(Scenario.NETSTAT_TEST));
    }
}
