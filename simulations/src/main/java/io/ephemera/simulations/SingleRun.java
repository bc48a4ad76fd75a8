package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.Scenario;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;

/** A simulation that is one run: Gatling makes its calls between {@link #before} and {@link #after}. */
abstract class SingleRun extends Simulation {

    private final Run run;

    /** Plays the scenario of its own name. */
    SingleRun() {
        run = Run.prepare(Scenario.of(getClass().getSimpleName()));
        setUp(load(run));
    }

    SingleRun(Run run) {
        this.run = run;
        setUp(load(run));
    }

    /** The calls: those of the run's pattern. */
    PopulationBuilder load(Run prepared) {
        return new CallChains(prepared).load(prepared.simulation());
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
