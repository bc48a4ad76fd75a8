package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The verdict as lines for people: the first word is the verdict, the first line has the exit code. */
public final class ConsoleVerdict {

    static final int COLUMNS = 110;

    // A number keeps its unit on its line.
    private static final Pattern UNIT = Pattern.compile(" (s|ms|calls?|calls/s|ports?)\\b| %");

    private final RunResult result;
    private final VerdictWords words;
    private final List<String> lines = new ArrayList<>();

    private ConsoleVerdict(RunResult result) {
        this.result = result;
        this.words = new VerdictWords(result);
    }

    /**
     * The lines, without line ends. They hold no control characters, whatever the names in the result are, and are at most 110
     * columns wide where the words allow it.
     *
     * @param runFolder where the result is, as it is to be shown
     */
    public static List<String> lines(RunResult result, Path runFolder) {
        ConsoleVerdict verdict = new ConsoleVerdict(result);
        verdict.head();
        verdict.heldElsewhere();
        verdict.thresholds();
        result.figures().forEach(figure -> verdict.labelled("figure", Format.figure(figure)));
        verdict.ports();
        verdict.steps();
        verdict.words.remarks().forEach(remark -> verdict.labelled(remark.label(), remark.text()));
        verdict.remedies();
        verdict.labelled("run", runFolder.toString());
        verdict.labelled("exit " + result.exitCode(), verdict.words.exitMeaning());
        return verdict.lines.stream().map(Format::oneLine).toList();
    }

    private void head() {
        String headline = words.headline() + " (exit " + result.exitCode() + ")";
        String limits = words.limits();
        if (!result.conclusive()) {
            wrapped(headline + ": " + result.judgement().verdictReason(), "  ");
            result.judgement().reasons().stream().skip(1).forEach(reason -> labelled("also", reason));
            labelled("limits", limits);
        } else if (headline.length() + 3 + limits.length() <= COLUMNS) {
            lines.add(headline + "   " + limits);
        } else {
            lines.add(headline);
            labelled("limits", limits);
        }
    }

    private void heldElsewhere() {
        int held = result.conditions().profile().ports()
                        * result.conditions().profile().pools()
                - result.conditions().profile().effectivePorts();
        if (held > 0) {
            wrapped(
                    "  " + Format.count(held) + " of "
                            + Format.count((long) result.conditions().profile().ports()
                                    * result.conditions().profile().pools())
                            + " ports are held by "
                            + "other processes: "
                            + Format.count(result.conditions().profile().effectivePorts()) + " are left",
                    "  ");
        }
    }

    private void thresholds() {
        Double predicted = result.predicted().thresholdCallsPerSecond();
        Double measured = result.measured().thresholdCallsPerSecond();
        if (predicted == null) {
            wrapped("  predicted no threshold: " + words.whyNoThreshold(), "  ");
            return;
        }
        String agreement = words.agreement();
        lines.add("  predicted " + words.predicted(predicted) + "   "
                + (measured == null ? "not measured" : "measured " + Format.exact(measured) + " calls/s")
                + (agreement.isEmpty() ? "" : "   " + agreement));
    }

    private void ports() {
        List<String> counted = new ArrayList<>();
        Double byPool = result.measured().ports().portsPerCallByPool();
        Double byServer = result.measured().ports().portsPerCallByServer();
        if (byPool != null) {
            counted.add(Format.perCall(byPool) + " by the pool");
        }
        if (byServer != null) {
            counted.add(Format.perCall(byServer) + " by the target");
        }
        if (!counted.isEmpty()) {
            labelled(
                    "ports",
                    Format.perCall(result.call().portsPerCall()) + " a call predicted, counted "
                            + String.join(", ", counted));
        }
    }

    private void steps() {
        List<Step> shown = new ArrayList<>();
        for (Step step : result.steps()) {
            if (matters(step)) {
                shown.add(step);
            }
        }
        int width = shown.stream().mapToInt(step -> rate(step).length()).max().orElse(0);
        for (Step step : shown) {
            wrapped(
                    String.format(
                            Locale.ROOT,
                            "  %" + width + "s calls/s  %-10s  %s%s",
                            rate(step),
                            step.state(),
                            step.load().kind() == Kind.REQUIRED ? "required; " : "",
                            words.detail(step)),
                    " ".repeat(2 + width + 22));
        }
    }

    private static String rate(Step step) {
        return step.offered();
    }

    private void remedies() {
        List<String> remedies = words.remedies();
        if (!remedies.isEmpty()) {
            labelled("remedies", String.join("; ", remedies));
        }
    }

    private boolean matters(Step step) {
        if (step.load().kind() == Kind.SATURATED) {
            return step.state() == State.EXHAUSTED && result.measured().firstExhaustedCallsPerSecond() == null;
        }
        Double rate = step.load().offeredCallsPerSecond();
        return step.load().kind() == Kind.REQUIRED
                || (step.state() == State.SUSTAINED
                        && rate.equals(result.measured().highestSustainedCallsPerSecond()))
                || (step.state() == State.EXHAUSTED
                        && rate.equals(result.measured().firstExhaustedCallsPerSecond()))
                || step.state() == State.FAILING;
    }

    private void labelled(String label, String text) {
        String start = String.format(Locale.ROOT, "  %-9s", label);
        wrapped(start + text, " ".repeat(start.length()));
    }

    private void wrapped(String text, String indent) {
        String rest = text;
        while (rest.length() > COLUMNS) {
            int space = rest.lastIndexOf(' ', COLUMNS);
            while (space > indent.length()
                    && UNIT.matcher(rest.substring(space)).lookingAt()) {
                space = rest.lastIndexOf(' ', space - 1);
            }
            if (space <= indent.length()) {
                break;
            }
            lines.add(rest.substring(0, space).stripTrailing());
            rest = indent + rest.substring(space).strip();
        }
        lines.add(rest);
    }
}
