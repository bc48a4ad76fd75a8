package io.ephemera.simulations.scenario;

import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Kind;
import io.ephemera.reports.Story;
import io.ephemera.reports.Story.PredictedFigure;
import io.ephemera.reports.Wording;
import io.ephemera.simulations.load.Pattern;
import io.ephemera.simulations.load.Remedy;
import io.ephemera.simulations.load.Usage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A migration under given limits. */
final class MigrationScript implements Script {

    static final String FIRST_FAILED = "first record that fails";
    static final String LOST = "records lost";
    static final String REFUSED = "calls refused";
    static final String SECONDS = "time of the migration";

    private static final List<String> LESSONS = List.of(
            "a migration works in the test with a hundred records and fails with twenty thousand: what counts is how many calls"
                    + " fall within one TIME_WAIT",
            "an error comes sooner than an answer, so a migration that fails goes on faster, and loses more",
            "retries bring every record home, but no sooner than ports come back: they cost refused calls, and a record of"
                    + " several calls is pushed again from its first, which burns ports",
            "batching and connection reuse need fewer ports and are the faster for it; pacing needs as many, but loses nothing");

    private final Circumstances circumstances;
    private final MigrationShape shape;
    private final BitSet arrived;
    private final @Nullable MigrationFolder folder;
    private final Usage usage;
    private final MigrationForecast forecast;

    MigrationScript(
            Circumstances circumstances, MigrationShape shape, BitSet arrived, @Nullable MigrationFolder folder) {
        this.circumstances = circumstances;
        this.shape = shape;
        this.arrived = arrived;
        this.folder = folder;
        boolean shared = circumstances.remedy() == Remedy.SHARED_CONNECTIONS;
        this.usage = Usage.of(shared ? Pattern.KEEP_ALIVE_SHARED : Pattern.KEEP_ALIVE_OFF);
        this.forecast = MigrationForecast.of(shape, arrived, circumstances, !shared);
    }

    @Override
    public Usage usage() {
        return usage;
    }

    @Override
    public List<PlannedStep> steps() {
        return List.of(new PlannedStep(
                Kind.STAIR,
                Math.round(forecast.calls() / forecast.seconds() * 1e3) / 1e3,
                0,
                forecast.seconds(),
                forecast.calls(),
                null,
                0,
                0));
    }

    @Override
    public int workers() {
        return shape.workers();
    }

    @Override
    public List<String> scene() {
        List<String> scene = new ArrayList<>();
        scene.add(String.format(
                Locale.ROOT,
                "%,d records, %d in a push of %d calls, over %d workers in a closed loop; each call is answered after a fixed,"
                        + " modelled %s s (refused after %s s): %s calls/s",
                shape.records(),
                shape.recordsPerPush(),
                shape.callsPerPush(),
                shape.workers(),
                Wording.exact(shape.cycleNanos() / 1e9),
                Wording.exact(shape.failureNanos() / 1e9),
                Wording.exact(shape.workers() * 1e9 / shape.cycleNanos())));
        if (!arrived.isEmpty()) {
            scene.add(String.format(
                    Locale.ROOT,
                    "%,d records have arrived before; it goes on with record %,d, the first not known to have",
                    shape.recordsOf(arrived),
                    shape.firstRecord(arrived.nextClearBit(0))));
        }
        if (folder != null) {
            scene.add("to go on with it, should it be killed: -Dephemera.resume=" + folder.path());
        }
        return scene;
    }

    @Override
    public Story story() {
        List<PredictedFigure> figures = new ArrayList<>();
        boolean exhausts = forecast.refused() > 0;
        if (exhausts) {
            figures.add(
                    new PredictedFigure(FIRST_FAILED, "of " + shape.records(), firstFailed(forecast.firstFailed())));
            figures.add(new PredictedFigure(REFUSED, "calls", forecast.refused()));
        }
        figures.add(new PredictedFigure(LOST, "records", (double) forecast.failedPushes() * shape.recordsPerPush()));
        figures.add(new PredictedFigure(SECONDS, "s", forecast.seconds()));
        return new Story(exhausts, true, figures, LESSONS);
    }

    @Override
    public Witness witness() {
        if (folder == null) {
            throw new IllegalStateException("the service was not asked for");
        }
        return new MigrationWitness(this, folder);
    }

    MigrationShape shape() {
        return shape;
    }

    BitSet arrived() {
        return arrived;
    }

    String connectMessage() {
        return circumstances.profile().connectMessage();
    }

    /** Number of a record, from 1. */
    long firstFailed(long push) {
        return shape.firstRecord(push);
    }
}
