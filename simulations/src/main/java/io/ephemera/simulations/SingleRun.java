package io.ephemera.simulations;

import io.ephemera.simulations.run.Run;
import io.ephemera.simulations.scenario.Scenario;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import java.util.function.Function;

/** A simulation that is one run: Gatling makes its calls between {@link #before} and {@link #after}. */
abstract class SingleRun extends Simulation {

    private final Run run;

    SingleRun(Scenario scenario) {
        this(Run.prepare(scenario));
    }

    /** Its calls are those of the run's pattern. */
    SingleRun(Run run) {
        this(run, prepared -> new CallChains(prepared).load(prepared.simulation()));
    }

    SingleRun(Run run, Function<Run, PopulationBuilder> load) {
        this.run = run;
        setUp(load.apply(run));
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
