package io.ephemera.reports;

import io.ephemera.reports.RunResult.Verdict;
import io.ephemera.reports.VerdictBlock.Badge;
import io.ephemera.reports.VerdictBlock.NextStep;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What the runs of several nodes come to, for people: lines on a console, and the words of a run's verdict. */
public final class MergedVerdict {

    private static final String ROW = "  %5s  %9s  %9s  %10s  %10s  %8s  %s";

    private final MergedResult merged;

    private MergedVerdict(MergedResult merged) {
        this.merged = merged;
    }

    /**
     * The lines for the terminal at hand, without line ends.
     *
     * @param page where the page is, as it is to be shown
     */
    public static List<String> lines(MergedResult merged, Path page) {
        return lines(merged, page, Terminal.columns(), Terminal.isColoured());
    }

    /**
     * The lines: a table of the nodes, what there is to say of them, and the {@link VerdictBlock}, last on the screen.
     *
     * @param columns of the terminal
     * @param coloured whether it has colours
     */
    public static List<String> lines(MergedResult merged, Path page, int columns, boolean coloured) {
        ConsoleLines lines = new ConsoleLines(columns, coloured);
        lines.wrapped(
                String.format(Locale.ROOT, ROW, "node", "predicted", "measured", "ok", "refused", "failed", "verdict"),
                "");
        merged.nodes()
                .forEach(node -> lines.wrapped(row(String.valueOf(node.node()), node.sums(), node.verdict()), ""));
        lines.wrapped(row("all", merged.totals(), merged.judgement().verdict()), "");
        merged.judgement().reasons().stream().skip(1).forEach(doubt -> lines.labelled("also", doubt));
        merged.ground().remarks().forEach(remark -> lines.labelled("note", remark));
        lines.block(of(merged), page);
        return lines.all();
    }

    private static String row(String name, MergedResult.NodeSums sums, Verdict verdict) {
        return String.format(
                Locale.ROOT,
                ROW,
                name,
                Format.orNothing(sums.predictedCallsPerSecond(), Format::exact),
                Format.orNothing(sums.measuredCallsPerSecond(), Format::exact),
                Format.count(sums.ok()),
                Format.count(sums.exhausted()),
                Format.count(sums.otherFailures()),
                verdict);
    }

    static VerdictBlock of(MergedResult merged) {
        return new MergedVerdict(merged).block();
    }

    private VerdictBlock block() {
        RunResult.Judgement judged = merged.judgement();
        Badge badge = switch (judged.exitCode()) {
            case 0 -> merged.requiredCallsPerSecond() == null ? Badge.AS_PREDICTED : Badge.PASS;
            case 1 -> Badge.FAIL;
            default -> Badge.INCONCLUSIVE;
        };
        if (badge == Badge.INCONCLUSIVE) {
            return new VerdictBlock(
                    badge,
                    "Not measured: " + judged.verdictReason(),
                    badge.toString(),
                    "These runs prove nothing together, neither for nor against",
                    badge.toString(),
                    "sums over the nodes that are there are no figures of the whole load",
                    new NextStep("run the nodes that are named again, and merge", null),
                    List.of(),
                    judged.exitCode());
        }
        Verdict verdict = badge == Badge.PASS ? Verdict.SUSTAINED : judged.verdict();
        String finding = verdict.toString().toUpperCase(Locale.ROOT);
        return new VerdictBlock(
                badge,
                judged.verdictReason(),
                finding,
                sentence(verdict),
                badge == Badge.AS_PREDICTED
                        ? finding + where() + ", as predicted"
                        : badge + ": " + judged.verdictReason(),
                why(),
                next(badge),
                List.of(),
                judged.exitCode());
    }

    private String where() {
        Double measured = merged.totals().measuredCallsPerSecond();
        return measured == null ? "" : " above " + Format.exact(measured) + " calls/s";
    }

    private String sentence(Verdict verdict) {
        return switch (verdict) {
            case SUSTAINED -> "Good: no call that had to pass was refused on any node";
            case FAILING -> "Bad: calls fail, though ports are free";
            default -> "Bad" + where() + " over all nodes: calls are refused with no free port";
        };
    }

    private String why() {
        Double predicted = merged.totals().predictedCallsPerSecond();
        String each = "each node has ports of its own";
        if (predicted == null) {
            return each;
        }
        List<String> thresholds = merged.nodes().stream()
                .map(node -> Format.orNothing(node.sums().predictedCallsPerSecond(), Format::exact))
                .distinct()
                .toList();
        return each + ": "
                + (thresholds.size() == 1
                        ? merged.nodes().size() + " × " + thresholds.get(0)
                        : "their thresholds together are")
                + (thresholds.size() == 1 ? " = " : " ") + Format.exact(predicted) + " calls/s";
    }

    private NextStep next(Badge badge) {
        if (badge == Badge.PASS) {
            return new NextStep("nothing; that many nodes suffice", null);
        }
        return merged.judgement().verdict() == Verdict.EXHAUSTED
                ? new NextStep("spread the load over more nodes, or see what the page of a node says helps", null)
                : new NextStep("nothing to mend; offer more, to see where it ends", null);
    }
}
