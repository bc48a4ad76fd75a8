package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.Scenario;

/**
 * A monitoring engine polls many devices from one machine, each over several connections that it closes. The lesson: above a
 * number of devices that its ports alone decide, monitoring seems to stop, to all devices at once, though every one of them is
 * well; after one TIME_WAIT it mends itself, and then it stops again. {@code docs/lessons/3-monitoring-engine.md} walks through it.
 */
public final class MonitoringEngine extends SingleRun {

    /** For Gatling. */
    public MonitoringEngine() {
        super(Run.prepare(Scenario.MONITORING_ENGINE));
    }
}
