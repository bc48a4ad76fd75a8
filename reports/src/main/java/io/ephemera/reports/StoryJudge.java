package io.ephemera.reports;

import io.ephemera.reports.Story.PredictedFigure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds what a scenario has shown against what its story predicts. */
final class StoryJudge {

    /** Instants are whole nanoseconds: nearer than this is exact. It is less than one call of ten million. */
    private static final double EXACT_PERCENT = 1e-6;

    private StoryJudge() {}

    /** Each figure, predicted and measured. */
    static List<RunResult.Figure> figures(ToldStory told) {
        List<RunResult.Figure> figures = new ArrayList<>();
        for (PredictedFigure predicted : told.story().figures()) {
            Double measured = told.end() == null ? null : told.end().measured(predicted.name());
            figures.add(figure(predicted, measured));
        }
        return figures;
    }

    static RunResult.Figure figure(PredictedFigure predicted, @Nullable Double measured) {
        return new RunResult.Figure(
                predicted.name(),
                predicted.unit(),
                rounded(predicted.predicted()),
                measured == null ? null : rounded(measured),
                measured == null
                        ? null
                        : Wording.decimal(errorPercent(predicted.predicted(), measured), 3, 1)
                                .doubleValue(),
                predicted.tolerancePercent());
    }

    /** Why the run is not as the story tells, in one sentence; {@code null} if it is. */
    static @Nullable String mismatch(ToldStory told, Analysis analysis) {
        Totals totals = analysis.totals();
        Story story = told.story();
        if (story.exhausts() && totals.exhausted() == 0) {
            return "no call was refused for want of a port, but the story says that calls are";
        }
        if (!story.exhausts() && totals.exhausted() > 0) {
            List<String> remedies = analysis.plan().calls().remedies();
            return Wording.calls(totals.exhausted()) + " refused for want of a port, but "
                    + (remedies.isEmpty() ? "the story says" : "with " + remedies.get(0) + " it was predicted")
                    + " that none is";
        }
        for (PredictedFigure figure : story.figures()) {
            Double measured = told.end() == null ? null : told.end().measured(figure.name());
            if (measured == null) {
                return figure.name() + " was not measured, predicted were " + text(figure.predicted(), figure.unit());
            }
            double apart = errorPercent(figure.predicted(), measured);
            if (apart > figure.tolerancePercent() + Analysis.ROUNDING) {
                return figure.name() + ": measured " + text(measured, figure.unit()) + " is "
                        + Wording.percent(apart) + (measured < figure.predicted() ? " below" : " above")
                        + " the predicted " + text(figure.predicted(), figure.unit());
            }
        }
        return null;
    }

    /** That the run is as the story tells, with its first figure. */
    static String asPredicted(ToldStory told) {
        List<RunResult.Figure> figures = figures(told);
        if (figures.isEmpty()) {
            return "as the story tells";
        }
        RunResult.Figure first = figures.get(0);
        return "as predicted: " + Wording.figure(first)
                + switch (figures.size()) {
                    case 1 -> "";
                    case 2 -> "; so is the other figure";
                    default -> "; so are the other " + (figures.size() - 1) + " figures";
                };
    }

    /** |measured − predicted| in percent of the prediction; of a prediction of 0, 0 if it is met and 100 if not. */
    private static double errorPercent(double predicted, double measured) {
        if (predicted == 0) {
            return measured == 0 ? 0 : 100;
        }
        double percent = Math.abs(measured - predicted) / predicted * 100;
        return percent <= EXACT_PERCENT ? 0 : percent;
    }

    private static String text(double value, String unit) {
        return Wording.exact(value) + " " + unit;
    }

    private static double rounded(double value) {
        return Wording.decimal(value, 3, 5).doubleValue();
    }
}
