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

    /**
     * A connection that has its local port is not going to be answered, since the gateway has none for it. Called on the thread that
     * connects, before it does.
     *
     * @param owner what it was made for; {@code null} if nothing was said
     */
    default void unanswered(RemoteEndpoint remote, @Nullable Object owner) {}

    /** Whether leases are told of requests. */
    default boolean countsRequests() {
        return false;
    }

    /** Work for another thread, by what it is seen in. */
    enum Handover {
        /** An address to connect to, made by one thread and connected to by another. */
        ADDRESS,
        /** A task of an executor. */
        TASK,
        /** A thread of an executor that has one for each task. */
        THREAD,
        /** A selector that one thread wakes and another waits for: not the work itself, but a hint where it comes from. */
        SELECTOR
    }

    /** Whether this listener is to be told of handovers. Asked before each of them. */
    default boolean followsHandovers() {
        return false;
    }

    /** This thread hands work to another one. */
    default void handedOver(Handover how, Object work) {}

    /** This thread takes work up, whoever has handed it over: an address for the connect that it is about to make. */
    default void takenUp(Handover how, Object work) {}

    /** One connection. */
    @FunctionalInterface
    interface Lease {

        /** Requests of plain-text HTTP/1 have been sent over it, one or more. */
        default void requested(int requests) {}

        /** What is sent over it is not, or no longer, plain-text HTTP/1, so that its requests can't be counted. Called once. */
        default void requestsUnknown() {}

        /**
         * The connection has given its port back. Called once.
         *
         * @param how what becomes of the port
         * @param heldNanos how long it was held before its close, in nanoseconds; 0 if it was never connected
         */
        void ended(Release how, long heldNanos);
    }
}
