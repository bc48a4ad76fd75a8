package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.Scenario;
import io.gatling.javaapi.core.Simulation;

/** A simulation that plays a scenario. */
abstract class ScenarioSimulation extends Simulation {

    private final Run run;

    /** One whose calls are as the run's pattern has them. */
    ScenarioSimulation(Scenario scenario) {
        this(Run.prepare(scenario));
        setUp(new Calls(run).load(scenario.simulation()));
    }

    /** One that sets up its own calls. */
    ScenarioSimulation(Run run) {
        this.run = run;
    }

    @Override
    public final void before() {
        run.before();
    }

    @Override
    public final void after() {
        run.after();
    }
}
