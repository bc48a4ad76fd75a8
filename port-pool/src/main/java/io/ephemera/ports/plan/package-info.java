/**
 * Plans a load in virtual time: does it exhaust the ports, when first, how many calls fail, and what is the smallest change under
 * which none does. Start at {@link io.ephemera.ports.plan.Planner}.
 *
 * <p>What it leaves out: the order in which ports are chosen, which makes no difference to how many there are; ports that other
 * processes hold; jitter. A call's ports are all taken when it starts, and each is held for the life of its connection and then
 * for one TIME_WAIT: every connection is closed by the client. Calls go to the destinations in turn.
 *
 * <p>May touch {@code ports}.
 */
@NullMarked
package io.ephemera.ports.plan;

import org.jspecify.annotations.NullMarked;
