package io.ephemera.ports;

import org.jspecify.annotations.Nullable;

/**
 * A port that is not free. It is used again for another port when it has ended, so that a lease allocates nothing; its generation
 * tells a lease that has ended from the next one that has the same slot.
 *
 * <p>Not safe for concurrent use; the pool's lock guards it.
 */
final class UsedPort {

    private final int slot;
    private int generation;
    private boolean live;
    private boolean heldElsewhere;
    private PortTable table;
    private int index;
    private long expiryNanos;

    /** How it began, where the pool is shared by several processes. */
    @Nullable
    PoolFact fact;

    UsedPort(int slot, PortTable table) {
        this.slot = slot;
        this.table = table;
    }

    /** Begins as a lease; returns its name. */
    long begin(PortTable ofTable, int portIndex) {
        table = ofTable;
        index = portIndex;
        live = true;
        fact = null;
        return ((long) slot << 32) | (generation & 0xFFFF_FFFFL);
    }

    static int slot(long lease) {
        return (int) (lease >> 32);
    }

    boolean isLive() {
        return live;
    }

    /** Whether it is no lease any more, and another process has the port. */
    boolean isHeldElsewhere() {
        return !live && heldElsewhere;
    }

    boolean isLive(long lease) {
        return live && generation == (int) lease;
    }

    /** The lease is over; the port is in use until then all the same, by another process or in TIME_WAIT. */
    void endLease(long untilNanos, boolean elsewhere) {
        live = false;
        heldElsewhere = elsewhere;
        generation++;
        expiryNanos = untilNanos;
    }

    PortTable table() {
        return table;
    }

    int index() {
        return index;
    }

    /** How long it is from an instant until the port comes back; not above 0 where it is back by then. */
    long nanosLeft(long nowNanos) {
        return expiryNanos - nowNanos;
    }

    /** As {@link PortStates} has it, of a use that has not ended. */
    long state(long nowNanos) {
        if (live) {
            return PortStates.LIVE;
        }
        return heldElsewhere ? PortStates.HELD_ELSEWHERE : nanosLeft(nowNanos);
    }

    boolean expiresAfter(UsedPort other) {
        return expiryNanos - other.expiryNanos > 0;
    }
}
