/**
 * The folder of a run and that of all runs: what is written there, when, and by whom.
 *
 * <p>May touch {@code ports.run}, {@code reports}, {@code reports.files}, {@code reports.page}.
 */
@NullMarked
package io.ephemera.reports.folder;

import org.jspecify.annotations.NullMarked;
