package io.ephemera.simulations;

import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.run.MatrixRun;
import io.ephemera.simulations.run.Run;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which change moves the threshold, and by how much? Profiles, patterns and remedies of a list, each a run of its own, in one
 * table: predicted, measured, difference, headroom.
 */
public final class TuningMatrix extends Simulation {

    private final MatrixRun matrix = MatrixRun.prepare(Remedy.OF_CALLS);

    /** For Gatling. */
    public TuningMatrix() {
        List<Run> runs = matrix.runs();
        PopulationBuilder chain = null;
        for (int index = runs.size() - 1; index >= 0; index--) {
            chain = row(index, runs.get(index), chain);
        }
        if (chain == null) {
            throw new IllegalStateException("a matrix has at least one row");
        }
        setUp(chain);
    }

    /** A row, and all that come after it. Gatling wants a name of its own for each population. */
    private PopulationBuilder row(int index, Run run, @Nullable PopulationBuilder following) {
        Calls calls = new Calls(run);
        String name = (index + 1) + " " + matrix.name(index);
        PopulationBuilder measured = calls.measured(name);
        return calls.warmUp(name + ", warm-up").andThen(following == null ? measured : measured.andThen(following));
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
