package io.ephemera.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.cli.demo.Act.Figure;
import io.ephemera.cli.demo.Act.Told;
import io.ephemera.reports.RunPlan;
import io.ephemera.reports.Wording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Plays the chapters one after the other, each when its cue comes. */
final class Show {

    private static final int INCONCLUSIVE = 3;

    private final List<Act> acts;
    private final Runs runs;
    private final List<Audience> audiences;
    private final Cue cue;

    /** Runs simulations. */
    @FunctionalInterface
    interface Runs {

        /**
         * Runs one to its end.
         *
         * @param arguments those of {@code ephemera run}
         */
        SimulationRun.Ended run(List<String> arguments, SimulationRun.Watcher watcher)
                throws IOException, InterruptedException;
    }

    Show(List<Act> acts, Runs runs, List<Audience> audiences, Cue cue) {
        this.acts = List.copyOf(acts);
        this.runs = runs;
        this.audiences = List.copyOf(audiences);
        this.cue = cue;
    }

    /** What the chapters came to: all of them, or those before the one at which the show was ended. */
    List<Chapter> play() throws IOException, InterruptedException {
        List<Chapter> played = new ArrayList<>();
        SimulationRun.Ended ended = new SimulationRun.Ended(null, null, "");
        for (Act act : acts) {
            if (!played.isEmpty() && !cue.await()) {
                break;
            }
            int chapter = played.size() + 1;
            if (!act.run().isEmpty()) {
                ended = runs.run(act.run(), moment -> {
                    Scene scene = scene(act, chapter, moment);
                    audiences.forEach(audience -> audience.sees(scene));
                });
            }
            played.add(last(act, chapter, ended));
        }
        return played;
    }

    private Scene scene(Act act, int chapter, SimulationRun.Moment moment) {
        RunPlan plan = moment.plan();
        if (plan == null || moment.ok() + moment.failed() == 0) {
            return new Scene(
                    chapter,
                    acts.size(),
                    act.title(),
                    "",
                    "",
                    Scene.Mood.PLAIN,
                    List.of("Gatling starts"),
                    0,
                    0,
                    moment.live());
        }
        return new Scene(
                chapter,
                acts.size(),
                act.title(),
                Playbill.plain(moment.callsPerSecond()),
                "calls/s",
                Scene.Mood.PLAIN,
                List.of(String.format(
                        Locale.ROOT, "%,.0f s: %,d ok, %,d failed", moment.seconds(), moment.ok(), moment.failed())),
                moment.timeWait(),
                plan.effectivePorts(),
                moment.live());
    }

    private Chapter last(Act act, int chapter, SimulationRun.Ended ended) {
        JsonNode result = ended.result();
        Told told = result == null
                ? new Told("", "", Wording.oneLine(ended.lastLine()), List.of(), new Figure(null, null, ""))
                : act.telling().told(result);
        List<String> lines = new ArrayList<>(List.of(told.sentence()));
        lines.addAll(told.more());
        Boolean asPredicted = asPredicted(result);
        if (result != null && !Boolean.TRUE.equals(asPredicted)) {
            lines.add(Wording.oneLine(result.path("verdictReason").asText()));
        }
        Scene scene = new Scene(
                chapter,
                acts.size(),
                act.title(),
                told.number(),
                told.unit(),
                result != null && Playbill.notOk(result) == 0 ? Scene.Mood.GOOD : Scene.Mood.BAD,
                lines,
                result == null ? 0 : result.at("/measured/peakTimeWait").asInt(),
                result == null ? 0 : result.at("/profile/effectivePorts").asInt(),
                null);
        audiences.forEach(audience -> audience.seesLast(scene));
        return new Chapter(
                act.name(),
                act.title(),
                asPredicted,
                told.sentence(),
                told.figure().predicted(),
                told.figure().measured(),
                told.figure().unit(),
                ended.folder());
    }

    /** The run's own verdict. */
    private static @Nullable Boolean asPredicted(@Nullable JsonNode result) {
        int exitCode = result == null ? 1 : result.path("exitCode").asInt(1);
        return exitCode == INCONCLUSIVE ? null : exitCode == 0;
    }
}
