package io.ephemera.reports.files;

import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.reports.Format;
import io.ephemera.reports.MatrixResult;
import io.ephemera.reports.MatrixResult.Row;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Step;
import io.ephemera.reports.RunResult.Verdict;
import io.ephemera.reports.VerdictWords;
import io.ephemera.reports.files.TestSuiteXml.Outcome;
import io.ephemera.reports.files.TestSuiteXml.TestCase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code junit.xml}: a test case for each gate, each figure of a scenario, each step and each remedy, in the form that CI servers know.
 *
 * <p>The gates tell what the exit code tells: none fails or breaks exactly if it is 0. A step fails if it is required and does
 * not hold, if it was refused more or fewer calls than planned to the call, or if it was refused calls far below the predicted
 * threshold. In an inconclusive run the first gate is in error and
 * the steps are skipped. A remedy is skipped: its threshold was computed, not run.
 */
public final class JunitXml {

    private static final String MATRIX = "ephemera.TuningMatrix.";
    private static final String INCONCLUSIVE = "the run is inconclusive";

    private final RunResult result;
    private final VerdictWords words;

    private JunitXml(RunResult result) {
        this.result = result;
        this.words = new VerdictWords(result);
    }

    /**
     * Writes the file.
     *
     * @throws IOException if it can't be written; the message names the file
     */
    public static Path write(Path runFolder, RunResult result) throws IOException {
        JunitXml junit = new JunitXml(result);
        Double wall = result.identity().wallSeconds();
        return new TestSuiteXml(
                        "Ephemera " + result.identity().simulation() + ": " + junit.words.limits(),
                        wall == null ? 0 : wall,
                        result.identity().startedAt(),
                        junit.cases())
                .write(runFolder);
    }

    /**
     * Writes the file of a matrix: a test case for each row, which fails where it is not as predicted and is in error where it is
     * inconclusive, and one for the matrix itself, which fails or is in error where the exit code is not 0.
     *
     * @throws IOException if it can't be written; the message names the file
     */
    public static Path write(Path matrixFolder, MatrixResult result) throws IOException {
        List<TestCase> cases = new ArrayList<>();
        cases.add(new TestCase(
                MATRIX + "matrix",
                "the matrix",
                result.wallSeconds(),
                outcome(result.exitCode()),
                result.reason(),
                ""));
        for (Row row : result.rows()) {
            cases.add(new TestCase(
                    MATRIX + "rows", row.name(), row.wallSeconds(), outcome(row.exitCode()), row.words(), ""));
        }
        return new TestSuiteXml("Ephemera TuningMatrix", result.wallSeconds(), result.startedAt(), cases)
                .write(matrixFolder);
    }

    private static Outcome outcome(int exitCode) {
        return switch (exitCode) {
            case 0 -> Outcome.PASSED;
            case 1 -> Outcome.FAILED;
            default -> Outcome.BROKEN;
        };
    }

    private TestCase testCase(String group, String name, Outcome outcome, String message, String output) {
        return new TestCase(
                "ephemera." + result.identity().simulation() + "." + group, name, 0, outcome, message, output);
    }

    private List<TestCase> cases() {
        List<TestCase> cases = new ArrayList<>();
        boolean conclusive = result.judgement().verdict() != Verdict.INCONCLUSIVE;
        String reasons = String.join("\n", result.judgement().reasons());
        cases.add(testCase(
                "gates",
                "the run can be trusted",
                conclusive ? Outcome.PASSED : Outcome.BROKEN,
                conclusive ? "" : words.sentence(),
                reasons));
        cases.add(verdict(conclusive));
        for (RunResult.ScenarioFigure figure : result.explanation().figures()) {
            cases.add(figure(figure, conclusive));
        }
        for (int index = 0; index < result.evidence().steps().size(); index++) {
            cases.add(step(index, conclusive));
        }
        for (RunResult.RemedyThreshold remedy : result.explanation().remedies()) {
            cases.add(testCase(
                    "remedies",
                    remedy.name(),
                    Outcome.SKIPPED,
                    "computed, not run: the threshold would be " + Format.about(remedy.thresholdCallsPerSecond())
                            + " calls/s",
                    ""));
        }
        return cases;
    }

    private TestCase verdict(boolean conclusive) {
        RunResult.Required required = result.evidence().required();
        String name = required == null
                ? "measured as predicted"
                : "required " + Format.offered(required.callsPerSecond()) + " calls/s";
        if (!conclusive) {
            return testCase("gates", name, Outcome.SKIPPED, INCONCLUSIVE, "");
        }
        return testCase(
                "gates",
                name,
                result.judgement().exitCode() == 0 ? Outcome.PASSED : Outcome.FAILED,
                words.exitMeaning(),
                words.headline());
    }

    private TestCase figure(RunResult.ScenarioFigure figure, boolean conclusive) {
        return testCase(
                "figures",
                figure.name(),
                !conclusive ? Outcome.SKIPPED : figure.holds() ? Outcome.PASSED : Outcome.FAILED,
                conclusive ? Format.figure(figure) : INCONCLUSIVE,
                Format.figure(figure));
    }

    private TestCase step(int index, boolean conclusive) {
        Step step = result.evidence().steps().get(index);
        String name = "step " + (index + 1) + ": " + Format.offered(step.offeredCallsPerSecond()) + " calls/s ("
                + step.kind() + ")";
        String output = step.state() + ": " + words.detail(step) + "\nok " + step.ok() + ", exhausted "
                + step.exhausted() + ", other failures " + step.otherFailures();
        if (!conclusive) {
            return testCase("steps", name, Outcome.SKIPPED, INCONCLUSIVE, output);
        }
        boolean fails = result.judgement().exitCode() != 0
                && ((step.kind() == Kind.REQUIRED && step.state() != State.SUSTAINED)
                        || (result.conditions().virtual() ? step.differsFromPlan() : isTooLow(step)));
        return testCase("steps", name, fails ? Outcome.FAILED : Outcome.PASSED, words.detail(step), output);
    }

    // Steps behind an exhausted one find its ports in TIME_WAIT: only the first can be refused calls too early.
    private boolean isTooLow(Step step) {
        Double predicted = result.predicted().thresholdCallsPerSecond();
        Double first = result.measured().firstExhaustedCallsPerSecond();
        return result.evidence().required() == null
                && predicted != null
                && first != null
                && step.state() == State.EXHAUSTED
                && step.offeredCallsPerSecond() == first
                && first < predicted * (1 - result.conditions().tolerancePercent() / 100);
    }
}
