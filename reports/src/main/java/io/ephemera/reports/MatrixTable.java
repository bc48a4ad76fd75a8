package io.ephemera.reports;

import io.ephemera.reports.MatrixResult.Kind;
import io.ephemera.reports.MatrixResult.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A matrix as lines for people: the first line has the exit code and why, the table comes below. */
public final class MatrixTable {

    private MatrixTable() {}

    /**
     * The lines, without line ends; they hold no control characters, whatever the names of the rows are.
     *
     * @param matrixFolder where the result is, as it is to be shown
     */
    public static List<String> lines(MatrixResult result, String matrixFolder) {
        List<String> lines = new ArrayList<>();
        String verdict = switch (result.exitCode()) {
            case 0 -> "AS PREDICTED";
            case 1 -> result.reason().startsWith("no row carries") ? "NOT SUSTAINED" : "NOT AS PREDICTED";
            default -> "INCONCLUSIVE";
        };
        lines.add("MATRIX " + verdict + " (exit " + result.exitCode() + ")   " + result.reason());
        int width = result.rows().stream()
                .mapToInt(row -> row.run().name().length())
                .max()
                .orElse(1);
        String format = "  %-" + Math.max(width, 3) + "s  %7s  %9s  %9s  %11s  %10s  %9s  %-10s";
        lines.add(cells(
                format,
                List.of("row", "ports", "TIME_WAIT", "ports/call", "predicted", "measured", "difference", "headroom")));
        for (Row row : result.rows()) {
            List<String> cells = List.of(
                    row.run().name(),
                    Format.count(row.limits().ports()),
                    Format.setSeconds(row.limits().timeWaitSeconds()),
                    Format.perCall(row.limits().portsPerCall()),
                    Format.orNothing(row.rates().predictedCallsPerSecond(), Format::exact),
                    measured(row),
                    Format.orNothing(row.rates().differencePercent(), Format::signedPercent),
                    headroom(row));
            lines.add(cells(format, cells)
                    + (row.exitCode() == 0 && row.kind() != Kind.FAILING ? "" : "  " + row.words()));
        }
        if (result.rows().stream().anyMatch(row -> row.kind() == Kind.BOUNDED)) {
            lines.add("  ≥  sustained at the highest rate that was offered; calls/s are modelled");
        }
        lines.add(String.format(
                Locale.ROOT,
                "  %s of wall time   %s",
                Format.seconds(result.identity().wallSeconds()),
                matrixFolder));
        return lines.stream().map(Format::oneLine).toList();
    }

    /** One row as it ends. */
    public static String line(Row row) {
        return Format.oneLine(String.format(
                Locale.ROOT,
                "  %s: predicted %s, measured %s, %s (%s)",
                row.kind(),
                Format.orNothing(row.rates().predictedCallsPerSecond(), Format::exact),
                measured(row),
                row.rates().differencePercent() == null
                        ? row.words()
                        : Format.signedPercent(row.rates().differencePercent()),
                Format.seconds(row.run().wallSeconds())));
    }

    private static String cells(String format, List<String> cells) {
        return String.format(Locale.ROOT, format, cells.toArray()).stripTrailing();
    }

    private static String measured(Row row) {
        return row.kind() == Kind.BOUNDED && row.rates().sustainedCallsPerSecond() != null
                ? "≥ " + Format.exact(row.rates().sustainedCallsPerSecond())
                : Format.orNothing(row.rates().measuredCallsPerSecond(), Format::exact);
    }

    private static String headroom(Row row) {
        return row.rates().headroom() == null
                ? ""
                : (row.kind() == Kind.BOUNDED ? "≥ " : "")
                        + Format.about(row.rates().headroom()) + " ×";
    }
}
