package io.ephemera.reports.files;

import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Step;
import io.ephemera.reports.RunResult.Verdict;
import io.ephemera.reports.VerdictWords;
import io.ephemera.reports.Wording;
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
        Double wall = result.wallSeconds();
        return new TestSuiteXml(
                        "Ephemera " + result.simulation() + ": " + junit.words.limits(),
                        wall == null ? 0 : wall,
                        result.startedAt(),
                        junit.cases())
                .write(runFolder);
    }

    private TestCase testCase(String group, String name, Outcome outcome, String message, String output) {
        return new TestCase("ephemera." + result.simulation() + "." + group, name, 0, outcome, message, output);
    }

    private List<TestCase> cases() {
        List<TestCase> cases = new ArrayList<>();
        boolean conclusive = result.verdict() != Verdict.INCONCLUSIVE;
        String reasons = String.join("\n", result.reasons());
        cases.add(testCase(
                "gates",
                "the run can be trusted",
                conclusive ? Outcome.PASSED : Outcome.BROKEN,
                conclusive ? "" : words.sentence(),
                reasons));
        cases.add(verdict(conclusive));
        for (RunResult.Figure figure : result.figures()) {
            cases.add(figure(figure, conclusive));
        }
        for (int index = 0; index < result.steps().size(); index++) {
            cases.add(step(index, conclusive));
        }
        for (RunResult.Remedy remedy : result.remedies()) {
            cases.add(testCase(
                    "remedies",
                    remedy.name(),
                    Outcome.SKIPPED,
                    "computed, not run: the threshold would be " + Wording.about(remedy.thresholdCallsPerSecond())
                            + " calls/s",
                    ""));
        }
        return cases;
    }

    private TestCase verdict(boolean conclusive) {
        RunResult.Required required = result.required();
        String name = required == null
                ? "measured as predicted"
                : "required " + Wording.offered(required.callsPerSecond()) + " calls/s";
        if (!conclusive) {
            return testCase("gates", name, Outcome.SKIPPED, INCONCLUSIVE, "");
        }
        return testCase(
                "gates",
                name,
                result.exitCode() == 0 ? Outcome.PASSED : Outcome.FAILED,
                words.exitMeaning(),
                words.headline());
    }

    private TestCase figure(RunResult.Figure figure, boolean conclusive) {
        return testCase(
                "figures",
                figure.name(),
                !conclusive ? Outcome.SKIPPED : figure.holds() ? Outcome.PASSED : Outcome.FAILED,
                conclusive ? Wording.figure(figure) : INCONCLUSIVE,
                Wording.figure(figure));
    }

    private TestCase step(int index, boolean conclusive) {
        Step step = result.steps().get(index);
        String name = "step " + (index + 1) + ": " + Wording.offered(step.offeredCallsPerSecond()) + " calls/s ("
                + step.kind() + ")";
        String output = step.state() + ": " + words.detail(step) + "\nok " + step.ok() + ", exhausted "
                + step.exhausted() + ", other failures " + step.otherFailures();
        if (!conclusive) {
            return testCase("steps", name, Outcome.SKIPPED, INCONCLUSIVE, output);
        }
        boolean fails = result.exitCode() != 0
                && ((step.kind() == Kind.REQUIRED && step.state() != State.SUSTAINED)
                        || (result.isVirtual() ? step.differsFromPlan() : isTooLow(step)));
        return testCase("steps", name, fails ? Outcome.FAILED : Outcome.PASSED, words.detail(step), output);
    }

    // Steps behind an exhausted one find its ports in TIME_WAIT: only the first can be refused calls too early.
    private boolean isTooLow(Step step) {
        Double predicted = result.predicted().thresholdCallsPerSecond();
        Double first = result.measured().firstExhaustedCallsPerSecond();
        return result.required() == null
                && predicted != null
                && first != null
                && step.state() == State.EXHAUSTED
                && step.offeredCallsPerSecond() == first
                && first < predicted * (1 - result.tolerancePercent() / 100);
    }
}
