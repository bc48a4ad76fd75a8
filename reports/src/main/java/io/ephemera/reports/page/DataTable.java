package io.ephemera.reports.page;

import java.util.List;

/**
 * The figures of a chart as a table: what the chart shows, for those who do not see it, or want to count.
 *
 * @param caption what the figures are
 * @param columns headings; the first column heads its row
 * @param rows as many cells each as there are headings
 */
public record DataTable(String caption, List<String> columns, List<List<String>> rows) {

    /** Copies the lists. */
    public DataTable {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
    }
}
