package io.ephemera.agent;

import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Told of the connections of one {@link EnforcedPool} on the threads of the application that make and end them. It must be quick,
 * must not connect, and must be safe for concurrent use.
 *
 * <p>A socket that takes its port at a bind is told of when it connects, and never if it does not.
 */
public interface LeaseListener {

    /** Listens to nothing. */
    LeaseListener NONE = (remote, owner) -> (how, heldNanos) -> {};

    /**
     * A connection has its port. Called on the thread that connects, below the frames of whoever opens the connection.
     *
     * @param owner what it was made for, as in {@link PortHook#owned}; {@code null} if nothing was said
     * @return what is to be told of its end
     */
    Lease leased(RemoteEndpoint remote, @Nullable Object owner);

    /**
     * A {@code SocketChannel} is made on this thread, which another one may connect, and nobody has said what for.
     *
     * @return what it is made for, the owner in what is told of its connection; {@code null}: nobody knows
     */
    default @Nullable Object channelMade() {
        return null;
    }

    /**
     * A connect ({@code remote} given) or a bind to port 0 was refused with no free port. Called on the thread that is about
     * to see the exception.
     *
     * @param owner what the connection was to be made for; {@code null} if nothing was said
     */
    default void refused(@Nullable RemoteEndpoint remote, @Nullable Object owner) {}

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
