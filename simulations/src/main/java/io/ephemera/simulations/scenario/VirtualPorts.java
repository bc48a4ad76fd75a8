package io.ephemera.simulations.scenario;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.net.InetAddress;

/** Plays calls on the model in virtual time. */
final class VirtualPorts {

    private static final RemoteEndpoint ANYWHERE = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);

    private final PortPool pool;

    VirtualPorts(Circumstances circumstances) {
        this.pool = new PortPool(
                new PortRange(1, circumstances.ports()),
                Math.round(circumstances.timeWaitSeconds() * 1e9),
                Scope.GLOBAL,
                SelectionOrder.sequential());
    }

    /**
     * A call of one port that starts, and whose connection the client closes at once.
     *
     * @param seconds modelled, never before that of the call before
     * @return whether it finds a port
     */
    boolean call(double seconds) {
        return call(Stage.nanos(seconds));
    }

    /** The same in nanoseconds. */
    boolean call(long nowNanos) {
        long lease = pool.lease(ANYWHERE, nowNanos);
        if (lease == PortPool.EXHAUSTED) {
            return false;
        }
        pool.release(lease, Release.ACTIVE_CLOSE, nowNanos);
        return true;
    }

    /**
     * A connection that is made, and never closed.
     *
     * @return whether it finds a port
     */
    boolean leak(double seconds) {
        return pool.lease(ANYWHERE, Stage.nanos(seconds)) != PortPool.EXHAUSTED;
    }

    /** A connection that the server closes first, and then the client. */
    boolean passiveClose(double seconds) {
        long nowNanos = Stage.nanos(seconds);
        long lease = pool.lease(ANYWHERE, nowNanos);
        if (lease == PortPool.EXHAUSTED) {
            return false;
        }
        pool.release(lease, Release.PASSIVE_CLOSE, nowNanos);
        return true;
    }

    /** Ports in TIME_WAIT. */
    int timeWait(double seconds) {
        return pool.snapshot(Stage.nanos(seconds)).timeWait();
    }

    /** Resets the stack; returns how many ports were in TIME_WAIT. */
    int reset(double seconds) {
        return pool.clearTimeWait(Stage.nanos(seconds));
    }
}
