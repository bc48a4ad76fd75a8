package io.ephemera.reports;

import io.ephemera.ports.run.PlannedStep.Kind;
import io.ephemera.reports.RunResult.State;
import io.ephemera.reports.RunResult.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A result as lines for people: what supports the verdict, and then, last on the screen, the {@link VerdictBlock}. */
public final class ConsoleVerdict {

    /** Longer lines are hard to read, however wide the terminal is. */
    private static final int MOST_COLUMNS = 110;

    private static final int LABEL = 11;

    private static final Pattern ARGUMENT = Pattern.compile(" (?='?-D)");

    private final RunResult result;
    private final VerdictWords words;
    private final int columns;
    private final boolean coloured;
    private final List<String> lines = new ArrayList<>();

    private ConsoleVerdict(RunResult result, int columns, boolean coloured) {
        this.result = result;
        this.words = new VerdictWords(result);
        this.columns = Math.min(MOST_COLUMNS, columns);
        this.coloured = coloured;
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
        ConsoleVerdict verdict = new ConsoleVerdict(result, columns, coloured);
        verdict.details();
        verdict.lines.add("");
        verdict.block(VerdictBlock.of(result), page);
        return verdict.lines;
    }

    private void details() {
        wrapped(words.limits(), "  ");
        result.judgement().reasons().stream().skip(1).forEach(reason -> labelled("also", reason));
        heldElsewhere();
        thresholds();
        result.figures().forEach(figure -> labelled("figure", Format.figure(figure)));
        ports();
        steps();
        words.remarks().forEach(remark -> labelled(remark.label(), remark.text()));
    }

    private void block(VerdictBlock block, Path page) {
        boolean inconclusive = block.badge() == VerdictBlock.Badge.INCONCLUSIVE;
        String colour = switch (block.badge()) {
            case PASS -> "32";
            case FAIL -> "31";
            case INCONCLUSIVE -> "33";
        };
        int start = lines.size();
        wrapped(padded(block.badge().toString()) + block.answer() + " (exit " + block.exitCode() + ")", padded(""));
        style(start, block.badge().toString(), "1;" + colour);
        if (!inconclusive) {
            start = lines.size();
            wrapped(padded(block.finding()) + block.sentence(), padded(""));
            style(start, block.finding(), "1");
        }
        if (block.why() != null) {
            wrapped(padded("  why") + block.why(), padded(""));
        }
        wrapped(padded("  next") + block.next().text(), padded(""));
        String command = block.next().command();
        if (command != null) {
            command(Format.oneLine(command));
        }
        lines.add(padded("  page") + shown(page));
    }

    /** A command on as many lines as it takes, which a shell reads as one. */
    private void command(String command) {
        String indent = padded("");
        StringBuilder line = new StringBuilder(indent);
        for (String argument : ARGUMENT.split(command, -1)) {
            // Room for what continues it.
            if (line.length() > indent.length() && line.length() + 3 + argument.length() > columns) {
                lines.add(line.append(" \\").toString());
                line = new StringBuilder(indent).append("  ");
            } else if (line.length() > indent.length()) {
                line.append(' ');
            }
            line.append(argument);
        }
        lines.add(line.toString());
    }

    private void style(int index, String word, String attributes) {
        if (coloured) {
            String line = lines.get(index);
            lines.set(index, "\033[" + attributes + "m" + word + "\033[0m" + line.substring(word.length()));
        }
    }

    private static String padded(String label) {
        return label + " ".repeat(Math.max(1, LABEL - label.length()));
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
        wrapped(
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
        lines.addAll(Terminal.wrapped(Format.oneLine(text), indent, columns));
    }

    /** As somebody types it where he is: Maven runs a simulation in a folder of its own, and leaves the shell's in the environment. */
    private static String shown(Path page) {
        String shell = System.getenv("PWD");
        Path here = Path.of(shell == null ? "" : shell).toAbsolutePath();
        return Format.oneLine((page.startsWith(here) ? here.relativize(page) : page).toString());
    }
}
