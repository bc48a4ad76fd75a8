package io.ephemera.simulations;

import io.ephemera.simulations.scenario.Scenario;

/**
 * TIME_WAIT, counted by remote endpoint, tells whether it is port exhaustion, how near, and who burns the ports
 * ({@code docs/lessons/6-netstat-test.md}).
 */
public final class NetstatTest extends SingleRun {

    /** For Gatling. */
    public NetstatTest() {
        super(Scenario.NETSTAT_TEST);
    }
}
