package io.ephemera.simulations.machine;

import java.net.InetSocketAddress;
import java.time.Duration;
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
        @Nullable String owner) {

    /** Whether it is in TIME_WAIT, and younger than the hold in force. */
    boolean isHeldInTimeWait(Duration hold) {
        if (state != TcpState.TIME_WAIT) {
            return false;
        }
        // From 60 s on nothing but the entry's removal gives the port back, and that may be late.
        return hold.compareTo(ProcNetTcp.TIME_WAIT) >= 0 || timeWaitAgeMillis.orElse(0) < Math.max(1, hold.toMillis());
    }
}
