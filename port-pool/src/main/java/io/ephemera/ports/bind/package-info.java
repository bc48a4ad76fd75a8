/**
 * Binding the local port oneself, as .NET's {@code BindIPEndPointDelegate} does: the counter of the well-known sample code with its
 * race, the correct one beside it, and what becomes of a connection whose port is taken.
 *
 * <p>{@link io.ephemera.ports.bind.InterlockedDelegate} and {@link io.ephemera.ports.bind.RoundRobinDelegate} choose ports, {@link
 * io.ephemera.ports.bind.ServicePoint} asks them, and {@link io.ephemera.ports.bind.RacingThreads} makes the race happen at a given
 * call.
 */
@NullMarked
package io.ephemera.ports.bind;

import org.jspecify.annotations.NullMarked;
