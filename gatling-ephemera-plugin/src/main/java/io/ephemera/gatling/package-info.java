/**
 * A pool of ports under somebody's own Gatling simulation: {@link io.ephemera.gatling.PortPoolDsl#portPool} among its protocols, or
 * settings alone. The verdict comes beside Gatling's report.
 *
 * <p>May touch {@code ports}, {@code agent}, {@code agent.usage}, {@code agent.standalone}, {@code gatling.internals}.
 */
@NullMarked
package io.ephemera.gatling;

import org.jspecify.annotations.NullMarked;
