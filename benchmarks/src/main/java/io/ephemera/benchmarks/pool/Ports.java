package io.ephemera.benchmarks.pool;

/** A pool of ports as a benchmark drives it: one destination. */
interface Ports {

    /** Takes a port; -1 if there is none. */
    long lease(long nowNanos);

    /** Puts a port into TIME_WAIT. */
    void release(long lease, long nowNanos);

    /** Makes a port free at once, as a passive close does. */
    void giveBack(long lease, long nowNanos);
}
