/**
 * The TCP limits of this machine as they are, what they amount to, and what would hide a failure. Nothing here changes
 * anything, and nothing needs a privilege.
 *
 * <p>May touch {@code ports}, {@code agent}, {@code reports}.
 */
@NullMarked
package io.ephemera.simulations.machine;

import org.jspecify.annotations.NullMarked;
