package io.ephemera.simulations.settings;

/**
 * A row of a matrix: a run of its own.
 *
 * @param name as the table has it
 * @param settings all that the run is told
 */
public record MatrixRow(String name, Settings settings) {}
