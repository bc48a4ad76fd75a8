package io.ephemera.agent;

import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Told of the connections of one {@link Governance} on the threads of the application that make and end them. It must be quick,
 * must not connect, and must be safe for concurrent use.
 *
 * <p>A socket that takes its port at a bind is told of when it connects, and never if it does not.
 */
public interface LeaseListener {

    /** Listens to nothing. */
    LeaseListener NONE = remote -> (how, heldNanos) -> {};

    /**
     * A connection has its port. Called on the thread that connects, below the frames of whoever opens the connection.
     *
     * @return what is to be told of its end
     */
    Lease leased(RemoteEndpoint remote);

    /**
     * The same, with what the connection was made for.
     *
     * @param owner as in {@link PortHook#owned}; {@code null} if nobody said
     */
    default Lease leased(RemoteEndpoint remote, @Nullable Object owner) {
        return leased(remote);
    }

    /**
     * A connect ({@code remote} given) or a bind to port 0 was refused for want of a port. Called on the thread that is about
     * to see the exception.
     */
    default void refused(@Nullable RemoteEndpoint remote) {}

    /** The same, with what the connection was to be made for. */
    default void refused(@Nullable RemoteEndpoint remote, @Nullable Object owner) {
        refused(remote);
    }

    /** One connection. */
    @FunctionalInterface
    interface Lease {

        /**
         * The connection has given its port back. Called once.
         *
         * @param how what becomes of the port
         * @param heldNanos how long it was held before its close, in nanoseconds; 0 if it was never connected
         */
        void ended(Release how, long heldNanos);
    }
}
