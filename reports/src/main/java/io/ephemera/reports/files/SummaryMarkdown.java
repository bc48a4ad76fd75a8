package io.ephemera.reports.files;

import io.ephemera.reports.Fix;
import io.ephemera.reports.Format;
import io.ephemera.reports.RunMachine;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.RunResult.Step;
import io.ephemera.reports.VerdictBlock;
import io.ephemera.reports.VerdictWords;
import io.ephemera.reports.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code summary.md}: the verdict and the steps for the page of a CI job, in GitHub's Markdown. */
public final class SummaryMarkdown {

    /** Name of the file in the run's folder. */
    public static final String FILE_NAME = "summary.md";

    private static final Pattern LIST = Pattern.compile("^(\\d*)([-+.)])");

    /** An underscore within a word is no markup. */
    private static final Pattern WITHIN_WORD = Pattern.compile("(?<=[A-Za-z0-9])\\\\_(?=[A-Za-z0-9])");

    private static final Map<VerdictBlock.Tone, String> MARKS =
            Map.of(VerdictBlock.Tone.GOOD, "✅", VerdictBlock.Tone.BAD, "❌", VerdictBlock.Tone.OPEN, "⚠️");

    private final RunResult result;
    private final VerdictWords words;
    private final StringBuilder text = new StringBuilder();

    private SummaryMarkdown(RunResult result) {
        this.result = result;
        this.words = new VerdictWords(result);
    }

    /**
     * Writes the file.
     *
     * @throws IOException if it can't be written; the message names the file
     */
    public static Path write(Path runFolder, RunResult result) throws IOException {
        byte[] bytes = new SummaryMarkdown(result).text().getBytes(StandardCharsets.UTF_8);
        return WholeFile.write(runFolder.resolve(FILE_NAME), out -> out.write(bytes));
    }

    private String text() {
        VerdictBlock block = VerdictBlock.of(result);
        boolean inconclusive = block.badge() == VerdictBlock.Badge.INCONCLUSIVE;
        line("## Ephemera: " + MARKS.get(block.tone()) + " " + plain(block.title()));
        line("");
        line("**" + block.badge() + "** " + plain(block.answer()) + " (" + block.exit() + ")");
        line("");
        if (!inconclusive) {
            line("**" + block.finding() + "** " + plain(block.sentence()) + ".");
            line("");
        }
        line("- why: " + plain(block.why()));
        line("- next: " + plain(block.next().text()));
        String command = block.next().command();
        if (command != null) {
            fence(command);
        }
        line("- page: [index.html](index.html) beside this file, in run "
                + plain(result.identity().runId()));
        result.judgement().reasons().stream().skip(1).forEach(reason -> line("- also: " + plain(reason)));
        line("");
        chart();
        row("", "");
        row("---", "---");
        row(
                "simulation",
                plain(result.identity().simulation()) + " on stack "
                        + plain(result.conditions().stack()));
        row("limits", plain(words.limits()));
        Double predicted = result.predicted().thresholdCallsPerSecond();
        row("predicted threshold", predicted == null ? "–" : words.predicted(predicted));
        row("measured threshold", rate(result.measured().thresholdCallsPerSecond()));
        row("agreement", words.agreement().isEmpty() ? "–" : words.agreement());
        for (RunResult.ScenarioFigure figure : result.figures()) {
            row(
                    plain(figure.name()),
                    plain(Format.figure(figure).substring(figure.name().length() + 2)));
        }
        row("target", plain(result.conditions().target()));
        RunMachine machine = result.identity().machine();
        row("made by", machine == null ? "–" : plain(machine.words()));
        line("");
        row("step, calls/s", "successful, calls/s", "refused", "other failures", "peak TIME_WAIT", "state", "");
        row("---:", "---:", "---:", "---:", "---:", "---", "---");
        for (Step step : result.steps()) {
            Double ok = step.calls().okCallsPerSecond();
            Integer peak = step.peakTimeWait();
            row(
                    step.offered() + " " + step.load().kind(),
                    ok == null ? "–" : Format.exact(ok),
                    Format.count(step.calls().exhausted()),
                    Format.count(step.calls().otherFailures()),
                    peak == null ? "–" : Format.count(peak),
                    step.state().toString(),
                    plain(words.detail(step)));
        }
        line("");
        for (VerdictWords.Remark remark : words.remarks()) {
            line("- " + remark.label() + ": " + plain(remark.text()));
        }
        for (Fix fix : block.fixes()) {
            line("- fix: " + plain(fix.name()) + "; gain: " + plain(fix.gain()) + "; risk: " + plain(fix.risk()));
        }
        line("");
        line(words.time());
        return text.toString();
    }

    /** Offered and successful calls of the steps, as GitHub draws them; nothing where a step has no rate. */
    private void chart() {
        List<Step> steps = result.steps().stream()
                .filter(step -> step.calls().okCallsPerSecond() != null)
                .toList();
        if (steps.size() < 2) {
            return;
        }
        Double predicted = result.predicted().thresholdCallsPerSecond();
        line("```mermaid");
        line("xychart-beta");
        line("    title \"Offered and successful calls/s, step by step"
                + (predicted == null ? "" : "; threshold " + Format.exact(predicted) + " predicted") + "\"");
        line("    x-axis [" + joined(steps, step -> "\"" + step.offered() + "\"") + "]");
        line("    y-axis \"calls/s\"");
        line("    line [" + joined(steps, step -> number(step.load().offeredCallsPerSecond())) + "]");
        line("    bar [" + joined(steps, step -> number(step.calls().okCallsPerSecond())) + "]");
        line("```");
        line("");
        line("Line: offered. Bars: successful.");
        line("");
    }

    private static String joined(List<Step> steps, Function<Step, String> text) {
        return steps.stream().map(text).collect(Collectors.joining(", "));
    }

    private static String number(@Nullable Double value) {
        return value == null ? "0" : String.format(Locale.ROOT, "%.3f", value);
    }

    /** Code as it is, whatever is in it: the fence is longer than any in it. */
    private void fence(String code) {
        String inside = Format.oneLine(code);
        String fence = "```";
        while (inside.contains(fence)) {
            fence += "`";
        }
        line("");
        line(fence);
        line(inside);
        line(fence);
        line("");
    }

    private static String rate(@Nullable Double callsPerSecond) {
        return callsPerSecond == null ? "–" : Format.exact(callsPerSecond) + " calls/s";
    }

    private void row(String... cells) {
        line("| " + String.join(" | ", cells) + " |");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    /**
     * A text without markup of its own: what Markdown could take for markup is escaped as Markdown does. Where no backslash helps, it is an
     * entity: HTML's own characters, and a pipe, which ends a cell first.
     */
    private static String plain(String value) {
        StringBuilder plain = new StringBuilder();
        Format.oneLine(value).codePoints().forEach(c -> {
            if ("<&|@".indexOf(c) >= 0) {
                plain.append("&#").append(c).append(';');
            } else {
                if ("\\`*_{}[]>#~".indexOf(c) >= 0) {
                    plain.append('\\');
                }
                plain.appendCodePoint(c);
            }
        });
        // GitHub makes links of bare addresses; a target's is not to be one. Nor is what begins as a list.
        String line = WITHIN_WORD
                .matcher(plain)
                .replaceAll("_")
                .replace("://", "\\://")
                .replace("www.", "www\\.");
        return LIST.matcher(line)
                .replaceFirst(begin -> Matcher.quoteReplacement(begin.group(1) + "\\" + begin.group(2)));
    }
}
