/** Who enforces the limits of a run: our port pool, or a real kernel. */
@org.jspecify.annotations.NullMarked
package io.ephemera.simulations.stack;
