/**
 * Where Gatling's own extension points are used: an injection step, and an action builder that sees each response.
 *
 * <p>May touch {@code agent}, {@code reports.page}, {@code simulations.clock}.
 */
@NullMarked
package io.ephemera.simulations.gatling;

import org.jspecify.annotations.NullMarked;
