package io.ephemera.ports;

/**
 * First in, first out, of slot numbers. TIME_WAIT has one length, so the order of closing is the order of expiry.
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

    void add(int slot) {
        if (count == ring.length) {
            int[] larger = new int[count * 2];
            for (int i = 0; i < count; i++) {
                larger[i] = get(i);
            }
            ring = larger;
            head = 0;
        }
        int tail = head + count;
        ring[tail >= ring.length ? tail - ring.length : tail] = slot;
        count++;
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
