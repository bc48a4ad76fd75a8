/**
 * The simulations, by the names that {@code -Dsimulation=} takes. Each is Gatling's ordinary HTTP DSL; what records and judges
 * it is in {@code run}.
 */
@NullMarked
package io.ephemera.simulations;

import org.jspecify.annotations.NullMarked;
