/**
 * Reproduces the figures of docs/performance.md: each part prints its table, measured in rounds by turns.
 *
 * <p>May touch {@code ports}, {@code ports.plan}, {@code agent}, {@code reports}, {@code reports.folder}, {@code target},
 * {@code simulations.load}, {@code simulations.run}.
 */
@NullMarked
package io.ephemera.benchmarks;

import org.jspecify.annotations.NullMarked;
