package io.ephemera.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.cli.demo.Chapter.Outcome;
import io.ephemera.cli.demo.Chapter.Told;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Format;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Plays the chapters one after the other, each when its cue comes. */
abstract class Show {

    /** Waits until the show is to go on; false if it is to end here. */
    abstract boolean cue() throws IOException, InterruptedException;

    /** Runs a simulation to its end, with these arguments of {@code ephemera run}. */
    abstract SimulationRun.Ended run(List<String> arguments, Consumer<SimulationRun.Moment> watcher)
            throws IOException, InterruptedException;

    /**
     * Shows how a chapter goes, many times a second, or how it went.
     *
     * @param last whether it is over
     */
    abstract void show(Scene scene, boolean last);

    /** What the chapters came to: all of them, or those before the one at which the show was ended. */
    final List<Outcome> play(List<Chapter> chapters) throws IOException, InterruptedException {
        List<Outcome> played = new ArrayList<>();
        SimulationRun.Ended ended = new SimulationRun.Ended(null, null, "");
        for (Chapter chapter : chapters) {
            if (!played.isEmpty() && !cue()) {
                break;
            }
            String title = chapter.title() + " (" + (played.size() + 1) + " of " + chapters.size() + ")";
            if (!chapter.run().isEmpty()) {
                ended = run(chapter.run(), moment -> show(scene(title, moment), false));
            }
            played.add(conclude(chapter, title, ended));
        }
        return played;
    }

    private static Scene scene(String title, SimulationRun.Moment moment) {
        RunPlan plan = moment.plan();
        if (plan == null || moment.ok() + moment.failed() == 0) {
            return new Scene(title, "", Scene.Mood.PLAIN, List.of("Gatling starts"), 0, 0, moment.live());
        }
        String line = String.format(
                Locale.ROOT, "%,.0f s: %,d ok, %,d failed", moment.seconds(), moment.ok(), moment.failed());
        String figure = Playbill.rate(moment.callsPerSecond());
        return new Scene(
                title,
                figure,
                Scene.Mood.PLAIN,
                List.of(line),
                moment.timeWait(),
                plan.limits().effectivePorts(),
                moment.live());
    }

    private Outcome conclude(Chapter chapter, String title, SimulationRun.Ended ended) {
        JsonNode result = ended.result();
        Boolean asPredicted = false;
        Told told = new Told("", List.of(Format.oneLine(ended.lastLine())), null, null, "");
        Scene scene = new Scene(title, "", Scene.Mood.BAD, told.lines(), 0, 0, null);
        if (result != null) {
            // The run's own verdict.
            int exitCode = result.path("exitCode").asInt(ExitCode.FOUND);
            asPredicted = exitCode == ExitCode.UNKNOWN ? null : (Boolean) (exitCode == ExitCode.OK);
            told = chapter.telling().apply(result);
            List<String> lines = new ArrayList<>(told.lines());
            if (exitCode != ExitCode.OK) {
                lines.add(Format.oneLine(result.path("verdictReason").asText()));
            }
            scene = new Scene(
                    title,
                    told.figure(),
                    Playbill.failed(result) == 0 ? Scene.Mood.GOOD : Scene.Mood.BAD,
                    lines,
                    result.at("/measured/peakTimeWait").asInt(),
                    result.at("/profile/effectivePorts").asInt(),
                    null);
        }
        show(scene, true);
        return new Outcome(
                chapter.name(),
                chapter.title(),
                asPredicted,
                told.lines().get(0),
                told.predicted(),
                told.measured(),
                told.unit(),
                ended.folder() == null ? null : ended.folder().toString());
    }
}
