/** How fast the calls of a run on the model go through, beside plain Gatling. */
@NullMarked
package io.ephemera.benchmarks.load;

import org.jspecify.annotations.NullMarked;
