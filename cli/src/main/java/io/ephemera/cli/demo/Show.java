package io.ephemera.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.cli.console.ExitCode;
import io.ephemera.cli.demo.Chapter.Outcome;
import io.ephemera.cli.demo.Chapter.Told;
import io.ephemera.reports.Format;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Plays the chapters one after the other, each when its cue comes. */
abstract class Show {

    /** Waits until the show is to go on; false if it is to end here. */
    abstract boolean cue() throws IOException, InterruptedException;

    /** Runs a simulation to its end, with these arguments of {@code ephemera run}, and shows how it goes. */
    abstract SimulationRun.Ended run(String title, List<String> arguments) throws IOException, InterruptedException;

    /** Shows how a chapter went. */
    abstract void conclude(Scene scene);

    /** What the chapters came to: all of them, or those before the one at which the show was ended. */
    final List<Outcome> play(List<Chapter> chapters) throws IOException, InterruptedException {
        List<Outcome> played = new ArrayList<>();
        SimulationRun.Ended ended = new SimulationRun.Ended(null, null, "", ExitCode.UNKNOWN);
        for (Chapter chapter : chapters) {
            if (!played.isEmpty() && !cue()) {
                break;
            }
            String title = chapter.title() + " (" + (played.size() + 1) + " of " + chapters.size() + ")";
            if (!chapter.run().isEmpty()) {
                ended = run(title, chapter.run());
            }
            played.add(tell(chapter, title, ended));
        }
        return played;
    }

    /** Nothing that failed is none where nothing was done either. */
    private static boolean isGoodNews(JsonNode result, int exitCode) {
        return exitCode == ExitCode.OK
                && Playbill.failed(result) == 0
                && result.at("/calls/ok").asLong() > 0;
    }

    private Outcome tell(Chapter chapter, String title, SimulationRun.Ended ended) {
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
                    isGoodNews(result, exitCode) ? Scene.Mood.GOOD : Scene.Mood.BAD,
                    lines,
                    result.at("/measured/peakTimeWait").asInt(),
                    result.at("/profile/effectivePorts").asInt(),
                    null);
        }
        conclude(scene);
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
