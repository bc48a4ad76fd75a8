package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A result as lines for people: what supports the verdict, and then, last on the screen, the {@link VerdictBlock}. */
public final class ConsoleVerdict {

    private final RunResult result;
    private final VerdictWords words;
    private final ConsoleLines lines;

    private ConsoleVerdict(RunResult result, ConsoleLines lines) {
        this.result = result;
        this.words = new VerdictWords(result);
        this.lines = lines;
    }

    /**
     * The lines for the terminal at hand, without line ends.
     *
     * @param page where the page of the run is, as it is to be shown
     */
    public static List<String> lines(RunResult result, Path page) {
        return lines(result, page, Terminal.columns(), Terminal.isColoured());
    }

    /**
     * The lines. They hold no control characters but those of colours, whatever the names in the result are, and none is wider than
     * the terminal where the words allow it.
     *
     * @param columns of the terminal
     * @param coloured whether it has colours
     */
    public static List<String> lines(RunResult result, Path page, int columns, boolean coloured) {
        ConsoleLines lines = new ConsoleLines(columns, coloured);
        new ConsoleVerdict(result, lines).details();
        lines.block(VerdictBlock.of(result), page);
        return lines.all();
    }

    private void details() {
        lines.wrapped(words.limits(), "  ");
        result.judgement().reasons().stream().skip(1).forEach(reason -> lines.labelled("also", reason));
        heldElsewhere();
        thresholds();
        result.figures().forEach(figure -> lines.labelled("figure", Format.figure(figure)));
        ports();
        steps();
        words.remarks().forEach(remark -> lines.labelled(remark.label(), remark.text()));
    }

    private void heldElsewhere() {
        int held = result.conditions().profile().ports()
                        * result.conditions().profile().pools()
                - result.conditions().profile().effectivePorts();
        if (held > 0) {
            lines.wrapped(
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
            lines.wrapped("  predicted no threshold: " + words.whyNoThreshold(), "  ");
            return;
        }
        String agreement = words.agreement();
        lines.wrapped(
                "  predicted " + words.predicted(predicted) + "   "
                        + (measured == null ? "not measured" : "measured " + Format.exact(measured) + " calls/s")
                        + (agreement.isEmpty() ? "" : "   " + agreement),
                "  ");
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
            lines.labelled(
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
            lines.wrapped(
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
}
