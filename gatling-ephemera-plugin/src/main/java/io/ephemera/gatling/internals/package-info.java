/**
 * All that is used of Gatling's inside, each place a value of {@link io.ephemera.gatling.internals.GatlingJoinpoint}, so that an
 * upgrade of Gatling is looked at here.
 *
 * <p>May touch {@code agent}.
 */
@NullMarked
package io.ephemera.gatling.internals;

import org.jspecify.annotations.NullMarked;
