package io.ephemera.reports;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario has shown.
 *
 * @param measured the story's figures; one that is missing could not be measured
 * @param diagnosis what this run shows, in plain words, one sentence each, the weightiest first
 */
public record StoryEnd(List<MeasuredFigure> measured, List<String> diagnosis) {

    /** Copies the lists. */
    public StoryEnd {
        measured = List.copyOf(measured);
        diagnosis = List.copyOf(diagnosis);
    }

    /** What was measured of the figure with this name; {@code null} if nothing was. */
    @Nullable
    Double measured(String name) {
        for (MeasuredFigure figure : measured) {
            if (figure.name().equals(name)) {
                return figure.measured();
            }
        }
        return null;
    }

    /**
     * A figure that was measured.
     *
     * @param name that of the {@link Story.PredictedFigure}
     * @param measured in its unit; finite
     */
    public record MeasuredFigure(String name, double measured) {

        /** @throws IllegalArgumentException if it is no number */
        public MeasuredFigure {
            if (!Double.isFinite(measured)) {
                throw new IllegalArgumentException(name + " is measured as " + measured);
            }
        }
    }
}
