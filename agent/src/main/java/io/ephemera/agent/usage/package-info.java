/**
 * Who uses the ports: by destination and by call site, how fast, and when that fails. Its memory is bounded: what exceeds the
 * number of destinations or call sites kept is counted under <em>others</em>.
 *
 * <p>{@link io.ephemera.agent.usage.PortUsage} listens to a pool that is enforced, {@link io.ephemera.agent.usage.UsageReport} is what it
 * tells.
 *
 * <p>May touch {@code ports}, {@code ports.map}, {@code agent}.
 */
@NullMarked
package io.ephemera.agent.usage;

import org.jspecify.annotations.NullMarked;
