/**
 * What load a run offers, in modelled and in wall time, worked out before its first call.
 *
 * <p>May touch {@code ports}, {@code ports.run}.
 */
@NullMarked
package io.ephemera.simulations.load;

import org.jspecify.annotations.NullMarked;
