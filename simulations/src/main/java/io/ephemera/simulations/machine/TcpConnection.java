package io.ephemera.simulations.machine;

import java.net.InetSocketAddress;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A line of a table of connections.
 *
 * @param timeWaitAgeMillis milliseconds since TIME_WAIT began, where the platform tells
 * @param owner the process that has the socket, as {@code name (pid)}, where that can be told
 */
record TcpConnection(
        InetSocketAddress local,
        InetSocketAddress remote,
        TcpState state,
        OptionalLong timeWaitAgeMillis,
        @Nullable String owner) {}
