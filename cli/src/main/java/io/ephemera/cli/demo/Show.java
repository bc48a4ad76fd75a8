package io.ephemera.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.cli.demo.Chapter.Outcome;
import io.ephemera.cli.demo.Chapter.Told;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Wording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
            String place = played.size() + 1 + " of " + chapters.size();
            if (!chapter.run().isEmpty()) {
                ended = run(chapter.run(), moment -> show(scene(chapter.title(), place, moment), false));
            }
            played.add(conclude(chapter, place, ended));
        }
        return played;
    }

    private static Scene scene(String title, String place, SimulationRun.Moment moment) {
        RunPlan plan = moment.plan();
        if (plan == null || moment.ok() + moment.failed() == 0) {
            Scene.Figure none = new Scene.Figure("", "", Scene.Mood.PLAIN);
            return new Scene(title, place, none, List.of("Gatling starts"), Scene.Ports.NO_MATTER, moment.live());
        }
        String line = String.format(
                Locale.ROOT, "%,.0f s: %,d ok, %,d failed", moment.seconds(), moment.ok(), moment.failed());
        return new Scene(
                title,
                place,
                new Scene.Figure(Playbill.plain(moment.callsPerSecond()), "calls/s", Scene.Mood.PLAIN),
                List.of(line),
                new Scene.Ports(moment.timeWait(), plan.limits().effectivePorts()),
                moment.live());
    }

    private Outcome conclude(Chapter chapter, String place, SimulationRun.Ended ended) {
        JsonNode result = ended.result();
        String folder = ended.folder() == null ? null : ended.folder().toString();
        if (result == null) {
            Told told = new Told("", "", List.of(Wording.oneLine(ended.lastLine())), null, null, "");
            Scene.Figure none = new Scene.Figure("", "", Scene.Mood.BAD);
            show(new Scene(chapter.title(), place, none, told.lines(), Scene.Ports.NO_MATTER, null), true);
            return chapter.outcome(told, false, folder);
        }
        Boolean asPredicted = asPredicted(result);
        Told told = chapter.telling().apply(result);
        List<String> lines = new ArrayList<>(told.lines());
        if (!Boolean.TRUE.equals(asPredicted)) {
            lines.add(Wording.oneLine(result.path("verdictReason").asText()));
        }
        Scene.Mood mood = Playbill.failed(result) == 0 ? Scene.Mood.GOOD : Scene.Mood.BAD;
        Scene.Ports ports = new Scene.Ports(
                result.at("/measured/peakTimeWait").asInt(),
                result.at("/profile/effectivePorts").asInt());
        Scene.Figure figure = new Scene.Figure(told.number(), told.unit(), mood);
        show(new Scene(chapter.title(), place, figure, lines, ports, null), true);
        return chapter.outcome(told, asPredicted, folder);
    }

    /** The run's own verdict. */
    private static @Nullable Boolean asPredicted(JsonNode result) {
        int exitCode = result.path("exitCode").asInt(ExitCode.FOUND);
        return exitCode == ExitCode.UNKNOWN ? null : exitCode == ExitCode.OK;
    }
}
