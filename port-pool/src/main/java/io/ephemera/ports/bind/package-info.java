/**
 * Binding the local port oneself, as .NET's {@code BindIPEndPointDelegate} does: the counter of the well-known sample code with its
 * race, the correct one beside it, and what becomes of a connection whose port is taken.
 *
 * <p>May touch {@code ports}.
 */
@NullMarked
package io.ephemera.ports.bind;

import org.jspecify.annotations.NullMarked;
