package io.ephemera.reports.page;

/**
 * A chart, with its figures as a table beside it.
 *
 * @param id unique on the page; the script finds by it what to draw
 * @param title what it shows
 * @param lead one or two sentences: how to read it, and in which time its axes are
 * @param table the same figures
 */
public record Chart(String id, String title, String lead, DataTable table) {}
