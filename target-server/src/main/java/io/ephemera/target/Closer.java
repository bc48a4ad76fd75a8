package io.ephemera.target;

import java.util.concurrent.Executor;

/**
 * Closes connections on another thread than their IO thread where many are open. A close on its own IO thread makes XNIO poll
 * every descriptor that is ready: closes cost the more, the more there is to do, and a server that has once fallen behind stays
 * behind. A close elsewhere costs a hand-over to another thread and a wake-up of the IO thread, whatever there is to do, which is
 * more than looking at a few descriptors.
 */
final class Closer {

    /** As many descriptors are looked at in about the time that a hand-over takes. */
    private static final int FEW = 128;

    private final Executor aside;
    private final TrackingHandler connections;

    /** @param aside runs what it is given on another thread than an IO thread */
    Closer(Executor aside, TrackingHandler connections) {
        this.aside = aside;
        this.connections = connections;
    }

    /** Whether a connection is better closed here than where it is read. */
    boolean sparesIoThread() {
        return connections.open().size() > FEW;
    }

    void execute(Runnable close) {
        aside.execute(close);
    }
}
