package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run as it was recorded. Its file grows with modelled time, never with the number of calls; in memory it does not grow.
 *
 * @param plan what the run was going to do
 * @param machine where it was made; {@code null} where that was not recorded
 * @param slices what happened, in order of time; where a slice is missing, no call ended in it
 * @param firstExhaustions at most one for each step, in order of time
 * @param end how it ended; {@code null} for a partial run
 * @param expectations of a scenario; {@code null} for any other run
 * @param timeline what happened beside the calls of a scenario, in the order of the recording
 * @param observations what a scenario has shown; {@code null} for a partial run, or one that is no scenario
 */
public record Recording(
        RunPlan plan,
        @Nullable RunMachine machine,
        Slices slices,
        List<FirstExhaustion> firstExhaustions,
        @Nullable RunEnd end,
        @Nullable Expectations expectations,
        List<TimelineEvent> timeline,
        @Nullable Observations observations) {

    /** Name of the file in the run's folder. */
    public static final String FILE_NAME = "recording.jsonl";

    static final int SCHEMA = 1;

    /** Copies the lists. */
    public Recording {
        firstExhaustions = List.copyOf(firstExhaustions);
        timeline = List.copyOf(timeline);
    }

    /** The recording of a run that is no scenario. */
    public Recording(RunPlan plan, Slices slices, List<FirstExhaustion> firstExhaustions, @Nullable RunEnd end) {
        this(plan, null, slices, firstExhaustions, end, null, List.of(), null);
    }

    /**
     * Reads the recording of a run. A last line that was cut off is left out.
     *
     * @param runFolder the run's folder
     * @throws RecordingException if there is none, or it can't be read; the message is one line
     */
    public static Recording read(Path runFolder) throws RecordingException {
        return RecordingReader.read(runFolder);
    }

    /** The first exhaustion of a step; {@code null} if it had none. */
    @Nullable
    FirstExhaustion firstExhaustionOf(int step) {
        return firstExhaustions.stream()
                .filter(first -> first.step() == step)
                .findFirst()
                .orElse(null);
    }

    /** What was measured of an expected figure; {@code null} if nothing was. */
    @Nullable
    Double measured(String figure) {
        return observations == null ? null : observations.figures().get(figure);
    }
}
