/**
 * A caller's side of Basic, Digest and NTLM: what goes into the {@code Authorization} of each exchange.
 *
 * <p>May touch {@code target}.
 */
@NullMarked
package io.ephemera.simulations.login;

import org.jspecify.annotations.NullMarked;
