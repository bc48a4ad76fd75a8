package io.ephemera.ports;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The ports of a {@link PortPool} as one destination, or one local address, sees them: how many are in use by it alone, and which
 * are free. Ports are counted from the first of the range, as indices.
 *
 * <p>Not safe for concurrent use; the pool's lock guards it.
 */
final class PortTable {

    final @Nullable RemoteEndpoint remote;
    int live;
    int timeWait;
    int heldElsewhere;
    long nanosToOldestExpiry;

    private final BitSet free;
    private int freeCount;
    private int afterLatest;

    PortTable(@Nullable RemoteEndpoint remote, int ports, BitSet taken) {
        this.remote = remote;
        free = new BitSet(ports);
        free.set(0, ports);
        free.andNot(taken);
        freeCount = free.cardinality();
    }

    boolean isUnused() {
        return live == 0 && timeWait == 0 && heldElsewhere == 0;
    }

    int freeCount() {
        return freeCount;
    }

    boolean isFree(int index) {
        return free.get(index);
    }

    void take(int index) {
        if (free.get(index)) {
            free.clear(index);
            freeCount--;
        }
    }

    void giveBack(int index) {
        if (!free.get(index)) {
            free.set(index);
            freeCount++;
        }
    }

    /** The free port after the one that was found last, going round to the first; -1 if there is none. */
    int next() {
        return next(afterLatest);
    }

    /** The free port at an index or the next above it, going round to the first; -1 if there is none. */
    int next(int from) {
        if (freeCount == 0) {
            return -1;
        }
        int found = free.nextSetBit(from);
        int index = found >= 0 ? found : free.nextSetBit(0);
        afterLatest = index + 1;
        return index;
    }
}
