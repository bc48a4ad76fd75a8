package io.ephemera.reports.page;

import io.ephemera.reports.Format;
import io.ephemera.reports.MatrixResult;
import io.ephemera.reports.MatrixResult.Kind;
import io.ephemera.reports.MatrixResult.Row;
import io.ephemera.reports.MatrixTable;
import io.ephemera.reports.VerdictBlock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the page of a matrix shows.
 *
 * @param result the rows
 * @param block the verdict
 */
public record MatrixPage(MatrixResult result, VerdictBlock block) {

    /** Title of the page. */
    public String title() {
        return block.title() + " – TuningMatrix";
    }

    /** Whether a rate is required. */
    public boolean isRequired() {
        return result.requiredCallsPerSecond() != null;
    }

    /** In which time rates are, and how long it took. */
    public String notes() {
        return "Rates and seconds are modelled, in virtual time. "
                + Format.count(result.rows().size()) + " rows took "
                + Format.seconds(result.identity().wallSeconds()) + " wall-clock.";
    }

    /** How the bars are to be read. */
    public String lead() {
        String bars =
                "The measured threshold of each row in modelled calls/s, on a logarithmic axis; ≥ is a row that sustained "
                        + "the highest rate that was offered. ";
        return bars
                + (isRequired()
                        ? "Green sustains the required rate, which is the line; red does not."
                        : "Blue is a threshold; green is a row without one.");
    }

    /** What becomes of a row, in a word that is also its colour. */
    public String state(Row row) {
        if (row.kind() == Kind.INCONCLUSIVE || row.kind() == Kind.FAILING) {
            return row.kind().toString();
        }
        if (row.exitCode() != 0) {
            return "wrong";
        }
        Double required = result.requiredCallsPerSecond();
        if (required == null) {
            return row.kind() == Kind.BOUNDED ? "sustained" : "measured";
        }
        Double rate = rate(row);
        return rate != null && rate >= required ? "sustained" : "exhausted";
    }

    /** The state in words. */
    public String stateWords(Row row) {
        return switch (state(row)) {
            case "wrong" -> "not as predicted";
            case "exhausted" -> "not sustained";
            case "measured" -> "threshold";
            default -> state(row);
        };
    }

    /** Measured threshold, or the bound; {@code null} where there is none. */
    public @Nullable Double rate(Row row) {
        return row.rates().measuredCallsPerSecond() != null
                ? row.rates().measuredCallsPerSecond()
                : row.kind() == Kind.BOUNDED ? row.rates().sustainedCallsPerSecond() : null;
    }

    /** What a row sustains of that what the first does. */
    public @Nullable Double timesFirst(Row row) {
        Double first = rate(result.rows().get(0));
        Double rate = rate(row);
        return first == null || rate == null ? null : (Double) (rate / first);
    }

    /** The same in words; of a bound it is one, too. */
    public String timesFirstWords(Row row) {
        Double times = timesFirst(row);
        return times == null ? Format.NOTHING : (row.kind() == Kind.BOUNDED ? "≥ " : "") + Format.times(times);
    }

    /** Rows with a footnote. */
    public List<Row> noted() {
        return MatrixTable.noted(result);
    }

    /** Number of a row's footnote; 0 where it has none. */
    public int note(Row row) {
        return noted().indexOf(row) + 1;
    }

    /** What the script draws. */
    public String data() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("required", result.requiredCallsPerSecond());
        data.put("rows", result.rows().stream().map(this::bar).toList());
        return ScriptJson.of(data);
    }

    private Bar bar(Row row) {
        Double rate = rate(row);
        String label = rate == null
                ? stateWords(row)
                : MatrixTable.measured(row) + (isRequired() ? ", " + MatrixTable.headroom(row) : "");
        return new Bar(row.run().name(), rate, label + (note(row) == 0 ? "" : " [" + note(row) + "]"), state(row));
    }

    private record Bar(String name, @Nullable Double rate, String label, String state) {}
}
