/**
 * What a run is: its plan, its steps and its schedule. For whoever plans a run, makes it or judges it; it may touch the model of the
 * port pool above it, and nothing else.
 */
@NullMarked
package io.ephemera.ports.run;

import org.jspecify.annotations.NullMarked;
