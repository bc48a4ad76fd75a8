/**
 * The simulations, by the names that {@code -Dsimulation=} takes. Each is Gatling's ordinary HTTP DSL; what records and judges
 * it is in {@code run}.
 *
 * <p>May touch {@code target}, {@code simulations.load}, {@code simulations.login}, {@code simulations.scenario},
 * {@code simulations.run}.
 */
@NullMarked
package io.ephemera.simulations;

import org.jspecify.annotations.NullMarked;
