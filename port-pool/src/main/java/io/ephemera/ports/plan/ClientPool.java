package io.ephemera.ports.plan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The connection pool of a client: a call takes the idle connection that came back last, opens one where none is idle, and waits
 * where as many are open as may be. A connection that comes back to a full pool, or is the oldest in it, is closed by the client.
 *
 * @param name of the client, for people
 * @param kept idle connections that are kept
 * @param open connections that may be open at once
 * @param idleTimeout after so long without a call the client closes a connection; {@code null} for never
 * @param serverIdleTimeout after so long without a call the server does; {@code null} for never
 * @param life the client closes a connection that is older when it is not in use; {@code null} for never
 * @param callsPerConnection calls that a connection may carry before it is closed, at least 1; {@link #UNLIMITED}
 * @param streams calls that a connection carries at once: 1 with HTTP/1.1, more with HTTP/2
 */
public record ClientPool(
        String name,
        Bounds kept,
        Bounds open,
        @Nullable Duration idleTimeout,
        @Nullable Duration serverIdleTimeout,
        @Nullable Duration life,
        int callsPerConnection,
        int streams) {

    /** No bound. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** @throws IllegalArgumentException if a component is out of its range */
    public ClientPool {
        requireAboveZero("an idle timeout", idleTimeout);
        requireAboveZero("the server's idle timeout", serverIdleTimeout);
        requireAboveZero("the life of a connection", life);
        if (open.perDestination < 1 || open.inAll < 1 || callsPerConnection < 1 || streams < 1) {
            throw new IllegalArgumentException("connections that may be open, calls that one may carry and streams are"
                    + " at least 1, not " + open + ", " + callsPerConnection + " and " + streams);
        }
    }

    /**
     * Two bounds on connections, at least 0; {@link #UNLIMITED} for none.
     *
     * @param perDestination to one destination
     * @param inAll to all together
     */
    public record Bounds(int perDestination, int inAll) {

        /** No bound. */
        public static final Bounds NONE = new Bounds(UNLIMITED, UNLIMITED);

        /** @throws IllegalArgumentException if a bound is below 0 */
        public Bounds {
            if (perDestination < 0 || inAll < 0) {
                throw new IllegalArgumentException("bounds are at least 0, not " + perDestination + " and " + inAll);
            }
        }

        /** The tighter of the two for so many destinations that are used alike, to each. */
        int each(int destinations) {
            return Math.min(perDestination, inAll == UNLIMITED ? UNLIMITED : inAll / destinations);
        }
    }

    private static void requireAboveZero(String what, @Nullable Duration time) {
        if (time != null && (time.isZero() || time.isNegative())) {
            throw new IllegalArgumentException(what + " is above 0, not " + time);
        }
    }

    /** Whether calls may have to wait for a connection. */
    public boolean isCapped() {
        return open.perDestination != UNLIMITED || open.inAll != UNLIMITED;
    }

    /** The same pool of another size: of what is open where that has a bound, else of what is kept idle. */
    public ClientPool ofSize(int size) {
        Bounds bounds = new Bounds(size, UNLIMITED);
        return new ClientPool(
                name,
                isCapped() ? Bounds.NONE : bounds,
                isCapped() ? bounds : open,
                idleTimeout,
                serverIdleTimeout,
                life,
                callsPerConnection,
                streams);
    }

    /** How long a connection stays idle at most, in nanoseconds; the longest there is where nobody closes it. */
    long idleNanos() {
        return Math.min(nanos(idleTimeout), nanos(serverIdleTimeout));
    }

    /** Whether the server is the first to close an idle connection. */
    boolean isClosedByServer() {
        return nanos(serverIdleTimeout) < nanos(idleTimeout);
    }

    long lifeNanos() {
        return nanos(life);
    }

    private static long nanos(@Nullable Duration time) {
        return time == null ? Long.MAX_VALUE : time.toNanos();
    }
}
