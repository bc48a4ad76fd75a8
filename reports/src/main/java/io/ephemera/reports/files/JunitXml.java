package io.ephemera.reports.files;

import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.reports.Format;
import io.ephemera.reports.MatrixResult;
import io.ephemera.reports.MatrixResult.Row;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Step;
import io.ephemera.reports.VerdictBlock;
import io.ephemera.reports.VerdictWords;
import io.ephemera.reports.files.TestSuiteXml.Outcome;
import io.ephemera.reports.files.TestSuiteXml.TestCase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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

    private final RunResult result;
    private final VerdictWords words;
    private final VerdictBlock block;
    private final List<TestCase> cases = new ArrayList<>();

    private JunitXml(RunResult result) {
        this.result = result;
        this.words = new VerdictWords(result);
        this.block = VerdictBlock.of(result);
        gates();
        for (RunResult.ScenarioFigure figure : result.figures()) {
            String text = Format.figure(figure);
            add("figures", figure.name(), figure.holds(), text, text);
        }
        for (int index = 0; index < result.steps().size(); index++) {
            step(index + 1, result.steps().get(index));
        }
        for (RunResult.RemedyThreshold remedy : result.explanation().remedies()) {
            String message = "computed, not run: the threshold would be "
                    + Format.about(remedy.thresholdCallsPerSecond()) + " calls/s";
            add("remedies", remedy.name(), Outcome.SKIPPED, message, "");
        }
    }

    /**
     * Writes the file.
     *
     * @throws IOException if it can't be written; the message names the file
     */
    public static Path write(Path runFolder, RunResult result) throws IOException {
        JunitXml junit = new JunitXml(result);
        RunResult.RunIdentity run = result.identity();
        String name = "Ephemera " + run.simulation() + ": " + junit.words.limits();
        double seconds = Objects.requireNonNullElse(run.wallSeconds(), 0.0);
        return new TestSuiteXml(name, seconds, run.startedAt(), junit.cases).write(runFolder);
    }

    /**
     * Writes the file of a matrix: a test case for each row, which fails where it is not as predicted and is in error where it is
     * inconclusive, and one for the matrix itself, which fails or is in error where the exit code is not 0.
     *
     * @throws IOException if it can't be written; the message names the file
     */
    public static Path write(Path matrixFolder, MatrixResult result) throws IOException {
        double seconds = result.identity().wallSeconds();
        List<TestCase> cases = new ArrayList<>();
        cases.add(new TestCase(
                MATRIX + "matrix", "the matrix", seconds, outcome(result.exitCode()), result.reason(), ""));
        for (Row row : result.rows()) {
            MatrixResult.RowRun run = row.run();
            cases.add(new TestCase(
                    MATRIX + "rows", run.name(), run.wallSeconds(), outcome(row.exitCode()), row.reason(), ""));
        }
        return new TestSuiteXml(
                        "Ephemera TuningMatrix", seconds, result.identity().startedAt(), cases)
                .write(matrixFolder);
    }

    private static Outcome outcome(int exitCode) {
        return switch (exitCode) {
            case 0 -> Outcome.PASSED;
            case 1 -> Outcome.FAILED;
            default -> Outcome.BROKEN;
        };
    }

    private void add(String group, String name, Outcome outcome, String message, String output) {
        String className = "ephemera." + result.identity().simulation() + "." + group;
        cases.add(new TestCase(className, name, 0, outcome, message, output));
    }

    /** In an inconclusive run nothing passes or fails. */
    private void add(String group, String name, boolean holds, String message, String output) {
        if (result.conclusive()) {
            add(group, name, holds ? Outcome.PASSED : Outcome.FAILED, message, output);
        } else {
            add(group, name, Outcome.SKIPPED, "the run is inconclusive", output);
        }
    }

    private void gates() {
        add(
                "gates",
                "the run can be trusted",
                result.conclusive() ? Outcome.PASSED : Outcome.BROKEN,
                block.sentence(),
                String.join("\n", result.judgement().reasons()));
        RunResult.Required required = result.evidence().required();
        String name = required == null
                ? "measured as predicted"
                : "required " + Format.offered(required.callsPerSecond()) + " calls/s";
        add("gates", name, result.exitCode() == 0, block.answer(), block.title());
    }

    private void step(int number, Step step) {
        String name = "step " + number + ": " + step.offered() + " calls/s ("
                + step.load().kind() + ")";
        String output = step.state() + ": " + words.detail(step) + "\nok "
                + step.calls().ok() + ", refused " + step.calls().exhausted() + ", other failures "
                + step.calls().otherFailures();
        boolean fails = result.exitCode() != 0
                && ((step.load().kind() == Kind.REQUIRED && step.state() != State.SUSTAINED)
                        || (result.conditions().virtual() ? step.differsFromPlan() : isTooLow(step)));
        add("steps", name, !fails, words.detail(step), output);
    }

    // Steps behind an exhausted one find its ports in TIME_WAIT: only the first can be refused calls too early.
    private boolean isTooLow(Step step) {
        Double predicted = result.predicted().thresholdCallsPerSecond();
        Double first = result.measured().firstExhaustedCallsPerSecond();
        return result.evidence().required() == null
                && predicted != null
                && first != null
                && step.state() == State.EXHAUSTED
                && step.load().offeredCallsPerSecond() == first
                && first < predicted * (1 - result.conditions().tolerancePercent() / 100);
    }
}
