/**
 * Who enforces the limits of a run: our port pool, or a real kernel.
 *
 * <p>May touch {@code ports}, {@code ports.bind}, {@code ports.run}, {@code agent}, {@code reports},
 * {@code simulations.load}, {@code simulations.clock}, {@code simulations.machine}, {@code simulations.settings}.
 */
@org.jspecify.annotations.NullMarked
package io.ephemera.simulations.stack;
