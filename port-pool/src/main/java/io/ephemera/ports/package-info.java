/**
 * The model of a pool of ephemeral ports, without a clock and without sockets.
 *
 * <p>Start at {@link io.ephemera.ports.PortPool}: time is an argument of every call, exhaustion is a return value. {@link
 * io.ephemera.ports.Capacity} holds the formulas, {@link io.ephemera.ports.ProfileCatalogue} the limits of the platforms, each
 * figure with its source.
 *
 * <p>What the model leaves out: sequence numbers, timestamps, SYN retransmission, simultaneous close and FIN_WAIT_2. A port is
 * free, live, in TIME_WAIT or held by somebody else; nothing in between.
 *
 * <p>May touch no other package of the tree.
 */
@NullMarked
package io.ephemera.ports;

import org.jspecify.annotations.NullMarked;
