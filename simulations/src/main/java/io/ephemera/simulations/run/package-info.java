/** One run from its settings to its result: target, hook, load, recording, verdict. Simulations see {@link Run} only. */
@NullMarked
package io.ephemera.simulations.run;

import org.jspecify.annotations.NullMarked;
