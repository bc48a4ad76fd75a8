package io.ephemera.reports.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of a CSV file as RFC 4180 has it. */
final class Csv {

    private final List<String> fields = new ArrayList<>();

    /** A number, or nothing where there is none. */
    Csv number(@Nullable Object value) {
        fields.add(value == null ? "" : value.toString());
        return this;
    }

    /** A text. What a spreadsheet would take for a formula begins with an apostrophe, which it does not show. */
    Csv text(String value) {
        boolean formula = !value.isEmpty() && "=+-@\t\r\n".indexOf(value.charAt(0)) >= 0;
        String safe = formula ? "'" + value : value;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r' || c == ';');
        fields.add(quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe);
        return this;
    }

    void writeTo(Appendable out) throws IOException {
        out.append(String.join(",", fields)).append("\r\n");
    }
}
