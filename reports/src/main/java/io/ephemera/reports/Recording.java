package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run as it was recorded. Its file grows with modelled time, never with the number of calls; in memory it does not grow.
 *
 * @param plan what the run was going to do
 * @param slices what happened, in order of time; where a slice is missing, no call ended in it
 * @param firstExhaustions at most one for each step, in order of time
 * @param end how it ended; {@code null} for a partial run
 * @param told the story, where the run is a scenario; {@code null} otherwise
 */
public record Recording(
        RunPlan plan,
        Slices slices,
        List<FirstExhaustion> firstExhaustions,
        @Nullable RunEnd end,
        @Nullable ToldStory told) {

    /** Name of the file in the run's folder. */
    public static final String FILE_NAME = "recording.jsonl";

    static final int SCHEMA = 1;

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if the plan contradicts itself
     */
    public Recording {
        PlanRules.check(plan);
        firstExhaustions = List.copyOf(firstExhaustions);
    }

    /**
     * Reads the recording of a run. A last line that was cut off is left out.
     *
     * @param runFolder the run's folder
     * @throws RecordingException if there is none, or it can't be read; the message is one line
     */
    public static Recording read(Path runFolder) throws RecordingException {
        return RecordingReader.read(runFolder.resolve(FILE_NAME));
    }

    /** The first exhaustion of a step; {@code null} if it had none. */
    @Nullable
    FirstExhaustion firstExhaustionOf(int step) {
        for (FirstExhaustion first : firstExhaustions) {
            if (first.step() == step) {
                return first;
            }
        }
        return null;
    }
}
