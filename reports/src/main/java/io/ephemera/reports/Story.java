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

    /** Measured and predicted further apart than this, in percent of the prediction, are not as predicted. */
    public static final double APART_PERCENT = 1.0;

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
     * @param tolerancePercent how far what is measured may be from it, in percent of the prediction; 0: it is exact
     */
    public record PredictedFigure(String name, String unit, double predicted, double tolerancePercent) {

        /** A figure that is exact. */
        public PredictedFigure(String name, String unit, double predicted) {
            this(name, unit, predicted, 0);
        }
    }
}
