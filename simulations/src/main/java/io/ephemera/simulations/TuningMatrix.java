package io.ephemera.simulations;

import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.run.MatrixRun;
import io.ephemera.simulations.run.Run;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import java.util.ArrayList;
import java.util.List;

/**
 * Which change moves the threshold, and by how much? Profiles, patterns and remedies of a list, each a run of its own, in one
 * table: predicted, measured, difference, headroom.
 */
public final class TuningMatrix extends Simulation {

    private final MatrixRun matrix = MatrixRun.prepare(Remedy.OF_CALLS);

    /** For Gatling. */
    public TuningMatrix() {
        List<PopulationBuilder> rows = new ArrayList<>();
        for (Run run : matrix.runs()) {
            // Gatling wants a name of its own for each population.
            rows.add(new CallChains(run).load((rows.size() + 1) + " " + matrix.name(rows.size())));
        }
        setUp(rows);
    }

    @Override
    public void before() {
        matrix.before();
    }

    @Override
    public void after() {
        matrix.after();
    }
}
