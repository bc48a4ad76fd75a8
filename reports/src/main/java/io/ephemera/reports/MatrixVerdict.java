package io.ephemera.reports;

import io.ephemera.reports.MatrixResult.Kind;
import io.ephemera.reports.MatrixResult.Row;
import io.ephemera.reports.VerdictBlock.Badge;
import io.ephemera.reports.VerdictBlock.NextStep;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a matrix comes to, in the words and the order of a run's verdict. */
final class MatrixVerdict {

    private static final Comparator<Row> BY_RATE = Comparator.comparingDouble(Row::carried);

    private final MatrixResult matrix;
    private final List<Row> shown;

    private MatrixVerdict(MatrixResult matrix) {
        this.matrix = matrix;
        this.shown = matrix.rows().stream().filter(row -> row.carried() > 0).toList();
    }

    static VerdictBlock of(MatrixResult matrix) {
        return new MatrixVerdict(matrix).block();
    }

    private VerdictBlock block() {
        Badge badge = switch (matrix.exitCode()) {
            case 0 -> matrix.requiredCallsPerSecond() == null ? Badge.AS_PREDICTED : Badge.PASS;
            case 1 -> Badge.FAIL;
            default -> Badge.INCONCLUSIVE;
        };
        boolean conclusive = badge != Badge.INCONCLUSIVE;
        String finding = conclusive ? finding() : badge.toString();
        return new VerdictBlock(
                badge,
                (conclusive ? "" : "Not measured: ") + answer(badge),
                finding,
                conclusive ? sentence() : "This matrix proves nothing, neither for nor against",
                conclusive ? (badge == Badge.AS_PREDICTED ? "" : badge + ": ") + matrix.reason() : finding,
                conclusive ? why() : "rows that prove nothing can't be compared with the others",
                next(),
                List.of(),
                matrix.exitCode());
    }

    private String answer(Badge badge) {
        return badge == Badge.AS_PREDICTED ? matrix.reason().replaceFirst(" as predicted", "") : matrix.reason();
    }

    private String finding() {
        if (matrix.requiredCallsPerSecond() == null) {
            return VerdictBlock.MEASURED;
        }
        return (matrix.sustaining().isEmpty() ? RunResult.Verdict.EXHAUSTED : RunResult.Verdict.SUSTAINED)
                .toString()
                .toUpperCase(Locale.ROOT);
    }

    private String sentence() {
        List<Row> sustaining = matrix.sustaining();
        if (matrix.requiredCallsPerSecond() != null && !sustaining.isEmpty()) {
            Row first = sustaining.get(0);
            Row most = sustaining.stream().max(BY_RATE).orElseThrow();
            return first.run().name() + " suffices (" + MatrixTable.headroom(first) + ")"
                    + (first.equals(most)
                            ? ""
                            : "; the most is " + most.run().name() + " (" + MatrixTable.headroom(most) + ")");
        }
        Optional<Row> most = shown.stream().max(BY_RATE);
        Optional<Row> least = shown.stream().min(BY_RATE);
        if (most.isEmpty() || least.isEmpty()) {
            return "No row has a rate to show";
        }
        String highest = rate(most.get()) + " by " + most.get().run().name();
        return matrix.requiredCallsPerSecond() != null
                ? "The most is " + highest
                : "From " + rate(least.get()) + " by " + least.get().run().name() + " to " + highest;
    }

    private static String rate(Row row) {
        return MatrixTable.measured(row) + " calls/s";
    }

    /** The formula, of the numbers of the row that it gives least. */
    private String why() {
        String why = "what is sustained is ports / (TIME_WAIT × ports a call)";
        return matrix.rows().stream()
                .filter(row -> row.kind() == Kind.MEASURED && row.limits().portsPerCall() > 0)
                .min(BY_RATE)
                .map(row -> why + ": "
                        + Format.count(row.limits().ports()) + " / ("
                        + Format.setSeconds(row.limits().timeWaitSeconds()) + " × "
                        + Format.perCall(row.limits().portsPerCall()) + ") = "
                        + Format.exact(row.limits().ports()
                                / (row.limits().timeWaitSeconds() * row.limits().portsPerCall()))
                        + " calls/s for " + row.run().name())
                .orElse(why);
    }

    private NextStep next() {
        Double required = matrix.requiredCallsPerSecond();
        if (matrix.partial()) {
            return new NextStep("let it run to its end", MavenCommand.matrix(matrix, Map.of()));
        }
        Optional<Row> wrong =
                matrix.rows().stream().filter(row -> row.exitCode() != 0).findFirst();
        if (wrong.isPresent()) {
            return new NextStep(
                    "see note " + (MatrixTable.noted(matrix).indexOf(wrong.get()) + 1) + ", and run that row by itself",
                    MavenCommand.row(wrong.get(), Map.of()));
        }
        if (required == null) {
            String example = MavenCommand.plain(
                    Math.ceil(1.2 * shown.stream().findFirst().map(Row::carried).orElse(1.0)));
            return new NextStep(
                    "name the rate that you need, such as " + example
                            + " calls/s: that says which rows are good enough",
                    MavenCommand.matrix(matrix, Map.of("ephemera.require", example)));
        }
        if (!matrix.sustaining().isEmpty()) {
            Row first = matrix.sustaining().get(0);
            String rate = MavenCommand.plain(required);
            return new NextStep(
                    "try " + first.run().name() + " by itself",
                    MavenCommand.row(first, Map.of("ephemera.rates", rate, "ephemera.require", rate)));
        }
        return shown.stream()
                .max(BY_RATE)
                .map(row -> new NextStep(
                        Format.count((long) Math.ceil(required / row.carried())) + " machines with "
                                + row.run().name()
                                + " would do; what one takes",
                        MavenCommand.row(row, Map.of())))
                .orElse(new NextStep("try rows of your own (docs/matrix.md)", null));
    }
}
