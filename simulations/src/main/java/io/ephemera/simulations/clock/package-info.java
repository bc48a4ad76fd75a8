/**
 * When the calls of a run are made: in virtual time, where the schedule moves the clock, or in wall-clock time. It knows the pool and the
 * hook, and nothing of Gatling, targets or reports.
 *
 * <p>May touch {@code ports}, {@code agent}.
 */
@NullMarked
package io.ephemera.simulations.clock;

import org.jspecify.annotations.NullMarked;
