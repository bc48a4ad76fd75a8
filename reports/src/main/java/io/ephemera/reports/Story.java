package io.ephemera.reports;

import java.util.List;

/**
 * What a scenario is to show, known before its first call. A run without a story is judged by its threshold; one with a story is
 * judged by the story's figures.
 *
 * @param exhausts whether calls are to be refused for want of a port
 * @param closedLoop whether a call starts when another has ended, so that the plan's steps say only what is roughly offered
 * @param figures what is predicted
 * @param lessons what is to be learnt, one sentence each
 */
public record Story(boolean exhausts, boolean closedLoop, List<PredictedFigure> figures, List<String> lessons) {

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if two figures have one name, or one has no number
     */
    public Story {
        figures = List.copyOf(figures);
        lessons = List.copyOf(lessons);
        for (PredictedFigure figure : figures) {
            if (!Double.isFinite(figure.predicted()) || figure.predicted() < 0) {
                throw new IllegalArgumentException(figure.name() + " is predicted as " + figure.predicted());
            }
            if (!Double.isFinite(figure.tolerancePercent()) || figure.tolerancePercent() < 0) {
                throw new IllegalArgumentException(figure.name() + " may be apart by " + figure.tolerancePercent());
            }
            if (figures.stream()
                            .filter(other -> other.name().equals(figure.name()))
                            .count()
                    > 1) {
                throw new IllegalArgumentException("there are two figures of the name " + figure.name());
            }
        }
    }

    /**
     * A figure that the story predicts.
     *
     * @param name unique among those of the story, in a few words
     * @param unit of the figure: {@code s} (modelled), {@code calls/s} (modelled), {@code devices}, {@code records}, …
     * @param predicted finite, at least 0
     * @param tolerancePercent measured further apart than this, in percent of the prediction, is not as predicted; 0 for a figure
     *     that is exact
     */
    public record PredictedFigure(String name, String unit, double predicted, double tolerancePercent) {

        /** A figure that is exact. */
        public PredictedFigure(String name, String unit, double predicted) {
            this(name, unit, predicted, 0);
        }

        /** The same figure, where something that is not exact has a part in it, such as a kernel's clock. */
        public PredictedFigure within(double percent) {
            return new PredictedFigure(name, unit, predicted, percent);
        }
    }
}
