package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan.Runaway;
import io.ephemera.reports.Expectations.PredictedFigure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a scenario has shown against what was expected of it, and a run whose program is to find no port to bind, from one call
 * on, against that prediction: to the call. That calls in between went well would be a fault of the run, which the stack finds; so
 * as many have gone well as came before.
 */
final class FigureComparison {

    /** Instants are whole nanoseconds: nearer than this is exact. It is less than one call of ten million. */
    private static final double EXACT_PERCENT = 1e-6;

    private FigureComparison() {}

    /** Each figure, predicted and measured. */
    static List<RunResult.ScenarioFigure> figures(Expectations expectations, Recording recording) {
        return expectations.figures().stream()
                .map(predicted -> figure(predicted, recording.measured(predicted.name())))
                .toList();
    }

    static RunResult.ScenarioFigure figure(PredictedFigure predicted, @Nullable Double measured) {
        return new RunResult.ScenarioFigure(
                predicted.name(),
                predicted.unit(),
                rounded(predicted.predicted()),
                measured == null ? null : rounded(measured),
                measured == null ? null : Format.decimal(errorPercent(predicted.predicted(), measured), 3, 1),
                predicted.tolerancePercent());
    }

    /** Why the run is not as expected, in one sentence; {@code null} if it is. */
    static @Nullable String mismatch(Expectations expectations, Analysis analysis) {
        Totals.CallSums totals = analysis.totals().run();
        if (expectations.exhausts() && totals.exhausted() == 0) {
            return "no call was refused with no free port, but calls were to be";
        }
        if (!expectations.exhausts() && totals.exhausted() > 0) {
            List<String> remedies = analysis.plan().calls().remedies();
            return Format.calls(totals.exhausted()) + " refused with no free port, but "
                    + (remedies.isEmpty() ? "it was predicted" : "with " + remedies.get(0) + " it was predicted")
                    + " that none is";
        }
        for (PredictedFigure figure : expectations.figures()) {
            Double measured = analysis.recording().measured(figure.name());
            if (measured == null) {
                return figure.name() + " was not measured, predicted were " + text(figure.predicted(), figure.unit());
            }
            double apart = errorPercent(figure.predicted(), measured);
            if (apart > figure.tolerancePercent() + Analysis.ROUNDING) {
                return figure.name() + ": measured " + text(measured, figure.unit()) + " is "
                        + Format.percent(apart) + (measured < figure.predicted() ? " below" : " above")
                        + " the predicted " + text(figure.predicted(), figure.unit());
            }
        }
        return null;
    }

    /** That the run is as expected. */
    static String asPredicted(Expectations expectations, Recording recording) {
        List<RunResult.ScenarioFigure> figures = figures(expectations, recording);
        if (figures.isEmpty()) {
            return "as predicted";
        }
        return figures.size() == 1
                ? "as predicted: " + Format.figure(figures.get(0))
                : "as predicted, each of " + figures.size() + " figures";
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
        return Format.figure(value, unit);
    }

    private static double rounded(double value) {
        return Format.decimal(value, 3, 5);
    }

    /** Whether calls failed as they were to, and none with no free port. */
    static boolean isFailing(Analysis analysis) {
        return analysis.plan().calls().runaway() != null
                && failed(analysis) > 0
                && analysis.totals().run().exhausted() == 0;
    }

    /** Calls that went well before all failed, predicted and measured. */
    static List<RunResult.ScenarioFigure> runawayFigures(Analysis analysis) {
        Runaway predicted = analysis.plan().calls().runaway();
        if (predicted == null) {
            return List.of();
        }
        Double measured = isFailing(analysis) ? (double) analysis.totals().run().ok() : null;
        return List.of(figure(new PredictedFigure(Runaway.FIGURE, "calls", predicted.goodCalls()), measured));
    }

    /** Why the run is not as predicted, in one sentence; {@code null} if it is. */
    static @Nullable String mismatch(Runaway predicted, Analysis analysis) {
        Totals.CallSums totals = analysis.totals().run();
        if (totals.exhausted() > 0) {
            return Format.calls(totals.exhausted())
                    + " refused with no free port, but the schedule predicts another failure: "
                    + from(predicted.goodCalls());
        }
        if (failed(analysis) == 0) {
            return "no call failed, but the schedule predicts that " + from(predicted.goodCalls());
        }
        return totals.ok() == predicted.goodCalls()
                ? null
                : from(totals.ok()) + ", but the schedule predicts that they do from call "
                        + Format.count(predicted.goodCalls() + 1) + " on";
    }

    /** That the run is as predicted. */
    static String asPredicted(Runaway predicted) {
        return "as predicted: " + from(predicted.goodCalls()) + ": " + predicted.why();
    }

    /** What a failing run has shown, in plain words. */
    static List<String> runawayConclusions(Analysis analysis) {
        Runaway predicted = analysis.plan().calls().runaway();
        return predicted == null || !isFailing(analysis)
                ? List.of()
                : List.of("that is no exhaustion: " + predicted.why());
    }

    private static long failed(Analysis analysis) {
        return analysis.totals().run().other(Runaway.KIND);
    }

    static String from(long goodCalls) {
        return "every call fails from call " + Format.count(goodCalls + 1) + " on";
    }
}
