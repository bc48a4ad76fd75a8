/**
 * What a run is: its plan, its steps and its schedule. For whoever plans a run, makes it or judges it.
 *
 * <p>May touch {@code ports}.
 */
@NullMarked
package io.ephemera.ports.run;

import org.jspecify.annotations.NullMarked;
