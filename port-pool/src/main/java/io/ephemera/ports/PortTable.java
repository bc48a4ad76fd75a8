package io.ephemera.ports;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The ports of a {@link PortPool} as one destination sees them, but for those that are taken for all of them. */
final class PortTable {

    /** Id of the table of ports that are taken for all destinations. */
    static final int ANY_DESTINATION = -1;

    final int id;
    final @Nullable RemoteEndpoint remote;
    final FreePorts free;
    int cursor;
    int live;
    int timeWait;
    int held;

    PortTable(int id, @Nullable RemoteEndpoint remote, FreePorts free) {
        this.id = id;
        this.remote = remote;
        this.free = free;
    }

    /**
     * In how many nanoseconds the next port comes back, for each destination by its id, and last for where there is none; {@code
     * PoolSnapshot.Row.NONE} where none is in TIME_WAIT.
     *
     * @param waiting slots in TIME_WAIT, the oldest first
     */
    static long[] oldestExpiries(int tables, Queue waiting, Slots slots, long nowNanos) {
        long[] oldest = new long[tables + 1];
        Arrays.fill(oldest, PoolSnapshot.Row.NONE);
        int unknown = oldest.length;
        for (int i = 0; i < waiting.count && unknown > 0; i++) {
            int slot = waiting.get(i);
            int table = slots.table[slot];
            long inNanos = slots.expiryNanos[slot] - nowNanos;
            if (table == ANY_DESTINATION) {
                for (int t = 0; t < oldest.length; t++) {
                    unknown -= oldest[t] == PoolSnapshot.Row.NONE ? 1 : 0;
                    oldest[t] = oldest[t] == PoolSnapshot.Row.NONE ? inNanos : oldest[t];
                }
            } else if (oldest[table] == PoolSnapshot.Row.NONE) {
                oldest[table] = inNanos;
                unknown--;
            }
        }
        return oldest;
    }
}
