package io.ephemera.reports;

import io.ephemera.reports.MatrixResult.Kind;
import io.ephemera.reports.MatrixResult.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A matrix as lines for people: a table, what there is to say of its rows, and then, last on the screen, the {@link VerdictBlock}. */
public final class MatrixTable {

    private static final int LEAST_NAME = 16;

    /** A longer name may go on in a second line. */
    private static final int USUAL_NAME = 30;

    private static final String GAP = "  ";

    private final MatrixResult result;
    private final ConsoleLines lines;

    private MatrixTable(MatrixResult result, ConsoleLines lines) {
        this.result = result;
        this.lines = lines;
    }

    /**
     * A column.
     *
     * @param isDispensable whether it is left out where the terminal has no room for it: it is on the page
     */
    private record Column(String title, boolean isDispensable, Function<Row, String> cell) {

        int width(List<Row> rows) {
            return IntStream.concat(
                            IntStream.of(title.length()),
                            rows.stream().map(cell).mapToInt(String::length))
                    .max()
                    .orElse(0);
        }
    }

    /** The lines for the terminal at hand, without line ends. */
    public static List<String> lines(MatrixResult result, Path page) {
        return lines(result, page, Terminal.columns(), Terminal.isColoured());
    }

    /**
     * The lines. They hold no control characters but those of colours, whatever the names of the rows are, and none is wider than the
     * terminal where a word is not.
     *
     * @param page where the page of the matrix is, as it is to be shown
     * @param columns of the terminal
     * @param coloured whether it has colours
     */
    public static List<String> lines(MatrixResult result, Path page, int columns, boolean coloured) {
        ConsoleLines lines = new ConsoleLines(columns, coloured);
        new MatrixTable(result, lines).table();
        lines.block(VerdictBlock.of(result), page);
        return lines.all();
    }

    private void table() {
        List<Column> columns = fitting();
        int name = nameWidth(columns);
        StringBuilder head = new StringBuilder(GAP + padded("row", name));
        columns.forEach(column -> head.append(GAP).append(right(column.title, column.width(result.rows()))));
        lines.wrapped(head.toString(), "");
        List<Row> noted = noted(result);
        for (Row row : result.rows()) {
            List<String> words = Terminal.wrapped(Format.oneLine(row.run().name()), "  ", name);
            StringBuilder line = new StringBuilder(GAP + padded(words.get(0), name));
            columns.forEach(
                    column -> line.append(GAP).append(right(column.cell.apply(row), column.width(result.rows()))));
            lines.wrapped(line + (noted.contains(row) ? " [" + (noted.indexOf(row) + 1) + "]" : ""), "");
            words.stream().skip(1).forEach(rest -> lines.wrapped(GAP + rest, ""));
        }
        lines.wrapped(
                "  rates are modelled calls/s" + (hasBounds(result) ? "; ≥ at the highest rate that was offered" : ""),
                "  ");
        for (Row row : noted) {
            lines.wrapped("  [" + (noted.indexOf(row) + 1) + "] " + row.note(), "      ");
        }
    }

    private List<Column> fitting() {
        List<Column> all = new ArrayList<>(List.of(
                new Column("ports", true, row -> Format.count(row.limits().ports())),
                new Column(
                        "TIME_WAIT", true, row -> Format.setSeconds(row.limits().timeWaitSeconds())),
                new Column(
                        "ports/call", true, row -> Format.perCall(row.limits().portsPerCall())),
                new Column("predicted", false, MatrixTable::predicted),
                new Column("measured", false, MatrixTable::measured),
                new Column("difference", true, MatrixTable::difference)));
        if (result.requiredCallsPerSecond() != null) {
            all.add(new Column("headroom", false, MatrixTable::headroom));
        }
        // The difference stays longest: the others say how a row is set up, which its name does.
        while (nameWidth(all) < Math.min(USUAL_NAME, longestName())
                && all.stream().anyMatch(Column::isDispensable)) {
            all.remove(all.stream().filter(Column::isDispensable).findFirst().orElseThrow());
        }
        return all;
    }

    private int longestName() {
        return result.rows().stream()
                .mapToInt(row -> row.run().name().length())
                .max()
                .orElse(0);
    }

    private int nameWidth(List<Column> columns) {
        int note = noted(result).isEmpty() ? 0 : 4;
        int others = columns.stream()
                .mapToInt(column -> GAP.length() + column.width(result.rows()))
                .sum();
        return Math.max(LEAST_NAME, Math.min(longestName(), lines.columns() - GAP.length() - others - note));
    }

    /** Rows with a footnote, in order. */
    public static List<Row> noted(MatrixResult result) {
        return result.rows().stream().filter(row -> !row.note().isEmpty()).toList();
    }

    private static boolean hasBounds(MatrixResult result) {
        return result.rows().stream().anyMatch(row -> row.kind() == Kind.BOUNDED);
    }

    /** One row as it ends. */
    public static String line(Row row) {
        return Format.oneLine(String.format(
                Locale.ROOT,
                "  %s: predicted %s, measured %s%s (%s)",
                row.kind(),
                predicted(row),
                measured(row),
                row.note().isEmpty() ? "" : "; " + row.note(),
                Format.seconds(row.run().wallSeconds())));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    /** Predicted threshold. */
    public static String predicted(Row row) {
        return Format.orNothing(row.rates().predictedCallsPerSecond(), Format::exact);
    }

    /** Measured threshold, or the bound. */
    public static String measured(Row row) {
        return row.kind() == Kind.BOUNDED && row.rates().sustainedCallsPerSecond() != null
                ? "≥ " + Format.exact(row.rates().sustainedCallsPerSecond())
                : Format.orNothing(row.rates().measuredCallsPerSecond(), Format::exact);
    }

    /** Measured less predicted, in percent. */
    public static String difference(Row row) {
        return Format.orNothing(row.rates().differencePercent(), Format::signedPercent);
    }

    /** How many times the required rate is sustained. */
    public static String headroom(Row row) {
        return row.rates().headroom() == null
                ? Format.NOTHING
                : (row.kind() == Kind.BOUNDED ? "≥ " : "")
                        + Format.times(row.rates().headroom());
    }
}
