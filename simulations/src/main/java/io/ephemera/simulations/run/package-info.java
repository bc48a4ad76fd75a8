/**
 * One run from its settings to its result: target, hook, load, recording, verdict. Simulations see {@link Run} only.
 *
 * <p>May touch {@code ports}, {@code ports.run}, {@code agent}, {@code target}, {@code reports}, {@code reports.page},
 * {@code reports.folder}, {@code reports.live}, {@code simulations.load}, {@code simulations.clock},
 * {@code simulations.gatling}, {@code simulations.settings}, {@code simulations.scenario}, {@code simulations.stack}.
 */
@NullMarked
package io.ephemera.simulations.run;

import org.jspecify.annotations.NullMarked;
