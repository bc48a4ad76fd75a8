package io.ephemera.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One chapter of the show.
 *
 * @param name short name, for programs
 * @param title as the audience sees it
 * @param run the run that it plays, as {@code ephemera run} takes it: a simulation and its options; empty where it shows more of the
 *     run before
 * @param telling what is told of the run's {@code result.json}
 * @param notes what the presenter may say and show; the audience does not see it
 */
record Chapter(String name, String title, List<String> run, Function<JsonNode, Told> telling, String notes) {

    /**
     * What is told of a run.
     *
     * @param figure the large figure with its unit; empty where there is none
     * @param lines what happened, in a sentence, and what only the audience sees
     * @param predicted the figure that was expected; {@code null} where there is none
     * @param measured the figure that came out; {@code null} where there is none
     * @param unit of both
     */
    record Told(
            String figure,
            List<String> lines,
            @Nullable Double predicted,
            @Nullable Double measured,
            String unit) {}

    /**
     * What the chapter came to, as {@code demo.schema.json} has it.
     *
     * @param asPredicted whether it went as it was to go; {@code null} if that can't be told, since a run can't be trusted
     * @param run folder of the recorded run; {@code null} where there is none
     */
    record Outcome(
            String name,
            String title,
            @Nullable Boolean asPredicted,
            String sentence,
            @Nullable Double predicted,
            @Nullable Double measured,
            String unit,
            @Nullable String run) {}
}
