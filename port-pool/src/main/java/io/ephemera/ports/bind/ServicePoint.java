package io.ephemera.ports.bind;

import io.ephemera.ports.PortPool;
import java.util.function.IntSupplier;

/**
 * What .NET's {@code ServicePoint} makes of the ports that a {@code BindIPEndPointDelegate} chooses, on the model: if {@code bind} finds
 * the port taken, the delegate is asked again.
 *
 * <p>Left out: Winsock may let the {@code bind} pass and report the conflict at {@code connect} only, with WSAEADDRINUSE; then nobody asks
 * again, and the connection fails.
 *
 * @see <a href="https://learn.microsoft.com/dotnet/api/system.net.bindipendpoint">.NET, BindIPEndPoint</a>
 */
public final class ServicePoint {

    private final IntSupplier delegate;
    private final PortPool pool;

    /**
     * @param delegate chooses the ports; safe for concurrent use
     * @param pool has every port that the delegate can choose
     */
    public ServicePoint(IntSupplier delegate, PortPool pool) {
        this.delegate = delegate;
        this.pool = pool;
    }

    /**
     * Leases a port for a connection. The delegate is asked as often as the pool has ports, at most: .NET asks up to 2,147,483,647
     * times, but the model's time stands still meanwhile, so no port would ever come back. One connection after the other asks: numbers
     * that another one draws in between could be those of all ports that are free, and this one be refused beside them.
     *
     * @return the lease, or {@link PortPool#EXHAUSTED} where each port that was chosen is taken
     * @throws IllegalArgumentException if the delegate throws it, or chooses a port that the pool does not have
     */
    public synchronized long lease(long nowNanos) {
        for (int asked = 0; asked < pool.range().size(); asked++) {
            long lease = pool.leaseGiven(delegate.getAsInt(), nowNanos);
            if (lease >= 0) {
                return lease;
            }
        }
        return PortPool.EXHAUSTED;
    }
}
