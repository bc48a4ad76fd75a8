/** The folder of a run and that of all runs: what is written there, when, and by whom. */
@NullMarked
package io.ephemera.reports.folder;

import org.jspecify.annotations.NullMarked;
