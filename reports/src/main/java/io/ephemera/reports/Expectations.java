package io.ephemera.reports;

import java.util.List;

/**
 * What a scenario is to show, known before its first call. A run without expectations is judged by its threshold; one that has them
 * is judged by their figures.
 *
 * @param exhausts whether calls are to be refused with no free port
 * @param closedLoop whether a call starts when another has ended, so that the plan's steps say only what is roughly offered
 * @param figures what is predicted
 * @param lessons what is to be learnt, one sentence each
 */
public record Expectations(boolean exhausts, boolean closedLoop, List<PredictedFigure> figures, List<String> lessons) {

    /**
     * Copies the lists.
     *
     * @throws IllegalArgumentException if two figures have one name
     */
    public Expectations {
        figures = List.copyOf(figures);
        lessons = List.copyOf(lessons);
        if (figures.stream().map(PredictedFigure::name).distinct().count() < figures.size()) {
            throw new IllegalArgumentException("two figures have one name: " + figures);
        }
    }

    /**
     * A figure that is predicted.
     *
     * @param name unique among those of the scenario, in a few words
     * @param unit of the figure: {@code s} (modelled), {@code calls/s} (modelled), {@code devices}, {@code records}, …
     * @param predicted finite, at least 0
     * @param tolerancePercent measured further apart than this, in percent of the prediction, is not as predicted; 0 for a figure
     *     that is exact
     */
    public record PredictedFigure(String name, String unit, double predicted, double tolerancePercent) {

        /** @throws IllegalArgumentException if a number is below 0, or none */
        public PredictedFigure {
            if (!(predicted >= 0 && predicted < Double.POSITIVE_INFINITY && tolerancePercent >= 0)) {
                throw new IllegalArgumentException(
                        name + " is predicted as " + predicted + ", up to " + tolerancePercent + " %");
            }
        }

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
