package io.ephemera.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One chapter, before it is played.
 *
 * @param name short name, for programs
 * @param title as the audience sees it
 * @param run the run that it plays, as {@code ephemera run} takes it: a simulation and its options; empty where it shows more of the
 *     run before
 * @param telling what is told of the run's {@code result.json}
 */
record Act(String name, String title, List<String> run, Telling telling) {

    /** Copies the list. */
    Act {
        run = List.copyOf(run);
    }

    /** Reads off a result what is told. */
    @FunctionalInterface
    interface Telling {

        /** What is told of this {@code result.json}. */
        Told told(JsonNode result);
    }

    /**
     * What is told of a run.
     *
     * @param number the large figure; empty where there is none
     * @param unit of it
     * @param sentence what happened
     * @param more lines that only the audience sees
     * @param figure what was predicted and measured
     */
    record Told(String number, String unit, String sentence, List<String> more, Figure figure) {}

    /**
     * A figure for programs.
     *
     * @param predicted {@code null} where there is none
     * @param measured {@code null} where there is none
     * @param unit of both
     */
    record Figure(@Nullable Double predicted, @Nullable Double measured, String unit) {}
}
