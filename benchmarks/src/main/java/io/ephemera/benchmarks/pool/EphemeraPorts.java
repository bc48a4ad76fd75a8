package io.ephemera.benchmarks.pool;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.net.InetAddress;

/** The pool that is measured. */
final class EphemeraPorts implements Ports {

    private final RemoteEndpoint remote = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);
    private final PortPool pool;

    EphemeraPorts(int ports, long timeWaitNanos) {
        pool = new PortPool(
                new PortRange(1_024, 1_023 + ports), timeWaitNanos, Scope.GLOBAL, SelectionOrder.sequential());
    }

    @Override
    public long lease(long nowNanos) {
        return pool.lease(remote, nowNanos);
    }

    @Override
    public void release(long lease, long nowNanos) {
        pool.release(lease, Release.ACTIVE_CLOSE, nowNanos);
    }

    @Override
    public void giveBack(long lease, long nowNanos) {
        pool.release(lease, Release.PASSIVE_CLOSE, nowNanos);
    }
}
