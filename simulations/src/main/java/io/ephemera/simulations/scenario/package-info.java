/**
 * The situations in which people meet the failure, each a {@link io.ephemera.simulations.scenario.Scenario}: what it plays, what it
 * predicts, and how it measures that. Nothing here knows Gatling; a simulation of the same name plays it.
 *
 * <p>May touch {@code ports}, {@code ports.run}, {@code agent}, {@code target}, {@code reports}, {@code simulations.load},
 * {@code simulations.clock}, {@code simulations.machine}, {@code simulations.settings}.
 */
@NullMarked
package io.ephemera.simulations.scenario;

import org.jspecify.annotations.NullMarked;
