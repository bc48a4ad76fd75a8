package io.ephemera.reports.page;

/**
 * A key figure.
 *
 * @param label what it is
 * @param value with its unit
 * @param note modelled or wall-clock, and whatever else there is to know
 */
public record PageFigure(String label, String value, String note) {}
