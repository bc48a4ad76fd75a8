package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.Scenario;

/**
 * An application migrates records, each by a web-service call, from several workers in a closed loop. The lesson: it runs well
 * until the ports are used up, a few thousand records in; from then on calls fail for as long as a TIME_WAIT is left, and since
 * errors come sooner than answers, a migration without retries rushes on and loses what it should have pushed meanwhile. {@code
 * docs/lessons/1-migration.md} walks through it.
 */
public final class Migration extends SingleRun {

    /** For Gatling. */
    public Migration() {
        super(Run.prepare(Scenario.MIGRATION));
    }
}
