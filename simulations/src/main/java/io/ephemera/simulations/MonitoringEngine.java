package io.ephemera.simulations;

import io.ephemera.simulations.scenario.Scenario;

/**
 * A monitoring engine polls more devices than the ports of its machine suffice for: all seem to be gone at once
 * ({@code docs/lessons/3-monitoring-engine.md}).
 */
public final class MonitoringEngine extends SingleRun {

    /** For Gatling. */
    public MonitoringEngine() {
        super(Scenario.MONITORING_ENGINE);
    }
}
