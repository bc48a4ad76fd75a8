package io.ephemera.ports;

/**
 * Slot numbers in the order in which they expire. TIME_WAIT has one length, so that is nearly the order in which they are told:
 * one that is told late is moved up past the few that it comes before.
 *
 * <p>Not safe for concurrent use; the pool's lock guards it.
 */
final class Queue {

    private int[] ring;
    private int head;
    int count;

    Queue(int capacity) {
        ring = new int[capacity];
    }

    /** @param expiryNanos by slot; that of the new one is no further than half the range of a long from the others' */
    void add(int slot, long[] expiryNanos) {
        if (count == ring.length) {
            int[] larger = new int[count * 2];
            for (int i = 0; i < count; i++) {
                larger[i] = get(i);
            }
            ring = larger;
            head = 0;
        }
        int position = count++;
        while (position > 0 && expiryNanos[get(position - 1)] - expiryNanos[slot] > 0) {
            set(position, get(position - 1));
            position--;
        }
        set(position, slot);
    }

    private void set(int position, int slot) {
        int at = head + position;
        ring[at >= ring.length ? at - ring.length : at] = slot;
    }

    int get(int position) {
        int at = head + position;
        return ring[at >= ring.length ? at - ring.length : at];
    }

    int remove() {
        int slot = ring[head];
        head = head + 1 == ring.length ? 0 : head + 1;
        count--;
        return slot;
    }
}
