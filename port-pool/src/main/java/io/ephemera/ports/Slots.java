package io.ephemera.ports;

import java.util.Arrays;

/**
 * What the pool knows of each port that is not free: one slot for each. Parallel arrays, so that a lease allocates nothing; a
 * lease names its slot and the slot's generation, so that a lease that has ended is told from the next one in the same slot.
 *
 * <p>Not safe for concurrent use; the pool's lock guards it.
 */
final class Slots {

    static final byte FREE = 0;
    static final byte LIVE = 1;
    static final byte TIME_WAIT = 2;
    static final byte HELD_ELSEWHERE = 3;

    int[] index;
    int[] table;
    long[] expiryNanos;
    byte[] state;
    private int[] generation;
    private int[] spare;
    private int spareCount;
    private int created;

    Slots(int capacity) {
        index = new int[capacity];
        table = new int[capacity];
        expiryNanos = new long[capacity];
        state = new byte[capacity];
        generation = new int[capacity];
        spare = new int[capacity];
    }

    /** Slots used so far, free ones among them. */
    int created() {
        return created;
    }

    long take(int portIndex, int ofTable) {
        int slot = spareCount > 0 ? spare[--spareCount] : create();
        index[slot] = portIndex;
        table[slot] = ofTable;
        state[slot] = LIVE;
        return ((long) slot << 32) | (generation[slot] & 0xFFFF_FFFFL);
    }

    /** The slot of a live lease; -1 if it has ended. */
    int live(long lease) {
        int slot = (int) (lease >> 32);
        boolean live = slot >= 0 && slot < created && state[slot] == LIVE && generation[slot] == (int) lease;
        return live ? slot : -1;
    }

    void end(int slot, byte newState, long untilNanos) {
        state[slot] = newState;
        expiryNanos[slot] = untilNanos;
    }

    void free(int slot) {
        state[slot] = FREE;
        generation[slot]++;
        spare[spareCount++] = slot;
    }

    private int create() {
        if (created == index.length) {
            int doubled = created * 2;
            index = Arrays.copyOf(index, doubled);
            table = Arrays.copyOf(table, doubled);
            expiryNanos = Arrays.copyOf(expiryNanos, doubled);
            state = Arrays.copyOf(state, doubled);
            generation = Arrays.copyOf(generation, doubled);
            spare = Arrays.copyOf(spare, doubled);
        }
        return created++;
    }
}
