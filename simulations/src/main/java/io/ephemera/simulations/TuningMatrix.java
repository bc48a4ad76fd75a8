package io.ephemera.simulations;

import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.pause;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.run.MatrixRun;
import io.ephemera.simulations.run.Run;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Which change moves the threshold, and by how much? Profiles, patterns and remedies of a list, each a run of its own, in one
 * table: predicted, measured, difference, headroom.
 */
public final class TuningMatrix extends Simulation {

    private static final Duration POLL = Duration.ofMillis(5);

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
        return scenario(name + ", begin")
                .exec(begin(index))
                .injectOpen(atOnceUsers(1))
                .andThen(calls.warmUp(name + ", warm-up")
                        .andThen(following == null ? measured : measured.andThen(following)));
    }

    /** One virtual user prepares the row, on a thread that no connection needs, and waits for it. */
    private ChainBuilder begin(int index) {
        AtomicReference<@Nullable CompletableFuture<Void>> begun = new AtomicReference<>();
        return exec(session -> {
                    long firstUser = session.userId() + 1;
                    begun.set(CompletableFuture.runAsync(() -> matrix.begin(index, firstUser)));
                    return session;
                })
                .exec(asLongAs(session -> {
                            CompletableFuture<Void> preparing = begun.get();
                            return preparing == null || !preparing.isDone();
                        })
                        .on(pause(POLL)));
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
