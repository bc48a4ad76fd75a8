package io.ephemera.reports.files;

import io.ephemera.reports.Format;
import io.ephemera.reports.RunResult;
import io.ephemera.reports.RunResult.Step;
import io.ephemera.reports.VerdictWords;
import io.ephemera.reports.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code summary.md}: the verdict and the steps for the page of a CI job, in GitHub's Markdown. */
public final class SummaryMarkdown {

    /** Name of the file in the run's folder. */
    public static final String FILE_NAME = "summary.md";

    private static final Pattern LIST = Pattern.compile("^(\\d*)([-+. ])");

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
        line("## Ephemera: " + plain(words.headline()));
        line("");
        line("**" + plain(words.sentence()) + "** Exit code " + result.exitCode() + ": " + plain(words.exitMeaning())
                + ".");
        for (String reason : result.judgement().reasons()) {
            line("- " + plain(reason));
        }
        line("");
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
        row("run", plain(result.identity().runId()));
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
        for (String remedy : words.remedies()) {
            line("- remedy: " + plain(remedy));
        }
        line("");
        line(words.time());
        return text.toString();
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

    /** A text without markup of its own: every character that Markdown or HTML could take for markup is an entity. */
    private static String plain(String value) {
        StringBuilder plain = new StringBuilder();
        Format.oneLine(value).codePoints().forEach(c -> {
            if ("\\`*_{}[]<>()#|&~!@".indexOf(c) >= 0) {
                plain.append("&#").append(c).append(';');
            } else {
                plain.appendCodePoint(c);
            }
        });
        // GitHub makes links of bare addresses; a target's is not to be one. Nor is what begins as a list or as code.
        String line = plain.toString().replace("://", "&#58;//").replace("www.", "www&#46;");
        return LIST.matcher(line)
                .replaceFirst(
                        begin -> begin.group(1) + "&#" + (int) begin.group(2).charAt(0) + ";");
    }
}
