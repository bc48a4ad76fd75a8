package io.ephemera.ports.bind;

import io.ephemera.ports.PortPool;
import org.jspecify.annotations.Nullable;

/**
 * What .NET's {@code ServicePoint} makes of a delegate's ports, on the model.
 *
 * <p>If {@code bind} finds the port taken, the delegate is asked again, with a higher retry count. But Winsock may let the {@code bind}
 * pass and report the conflict at {@code connect} only, with WSAEADDRINUSE: then nobody asks again, and the connection fails. A delegate
 * that throws ends the connection, too.
 */
public final class ServicePoint {

    /** When a conflict over a port shows. */
    public enum ConflictShows {
        /** {@code bind} fails: the delegate is called again. */
        AT_BIND,
        /** {@code bind} passes and {@code connect} fails: the delegate is not called again. */
        AT_CONNECT
    }

    /** What becomes of a connection. */
    public enum Outcome {
        /** It has its port. */
        CONNECTED,
        /** Its port turned out to be taken at {@code connect}: WSAEADDRINUSE 10048. */
        CONFLICT_AT_CONNECT,
        /** The delegate threw. */
        ABORTED_BY_DELEGATE,
        /** As many ports as were to be tried are all taken. */
        GAVE_UP
    }

    /**
     * A connection, or the attempt at one.
     *
     * @param outcome what became of it
     * @param lease the pool's lease; below 0 where it has none
     * @param port the last port that the delegate chose; -1 if it threw the first time
     * @param delegateCalls how often the delegate was called, the call that threw among them
     * @param thrown what the delegate threw, in words; {@code null} unless it did
     */
    public record Connection(
            Outcome outcome,
            long lease,
            int port,
            int delegateCalls,
            @Nullable String thrown) {}

    private final BindIPEndPointDelegate delegate;
    private final PortPool pool;
    private final ConflictShows conflictShows;
    private final int mostDelegateCalls;

    /**
     * @param delegate chooses the ports
     * @param pool has every port that the delegate can choose
     * @param conflictShows when a conflict shows
     * @param mostDelegateCalls how often the delegate is called for one connection at most, at least 1. .NET has no lower bound than
     *     2,147,483,647; the model's time stands still meanwhile, so no port would ever come back
     */
    public ServicePoint(
            BindIPEndPointDelegate delegate, PortPool pool, ConflictShows conflictShows, int mostDelegateCalls) {
        if (mostDelegateCalls < 1) {
            throw new IllegalArgumentException(
                    "the delegate is called at least once for a connection, not " + mostDelegateCalls + " times");
        }
        this.delegate = delegate;
        this.pool = pool;
        this.conflictShows = conflictShows;
        this.mostDelegateCalls = mostDelegateCalls;
    }

    /**
     * Makes a connection.
     *
     * @throws IllegalArgumentException if the delegate chooses a port that the pool does not have
     */
    public Connection connect(long nowNanos) {
        int port = -1;
        for (int retryCount = 0; retryCount < mostDelegateCalls; retryCount++) {
            try {
                port = delegate.bind(retryCount);
            } catch (RuntimeException e) {
                return new Connection(
                        Outcome.ABORTED_BY_DELEGATE, PortPool.REFUSED, port, retryCount + 1, e.toString());
            }
            long lease = pool.leaseGiven(port, nowNanos);
            if (lease >= 0) {
                return new Connection(Outcome.CONNECTED, lease, port, retryCount + 1, null);
            }
            if (conflictShows == ConflictShows.AT_CONNECT) {
                return new Connection(Outcome.CONFLICT_AT_CONNECT, PortPool.REFUSED, port, retryCount + 1, null);
            }
        }
        return new Connection(Outcome.GAVE_UP, PortPool.REFUSED, port, mostDelegateCalls, null);
    }
}
