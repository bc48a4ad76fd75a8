package io.ephemera.agent.usage;

/**
 * The ports in TIME_WAIT, by destination. TIME_WAIT is the same for all, so they leave in the order in which they came; as many
 * are kept as the pool has in TIME_WAIT at its peak.
 */
final class TimeWaitByDestination {

    private final long timeWaitNanos;
    private final int[] byDestination;
    private final int[] peakByDestination;
    private int[] destinations = new int[64];
    private long[] expiryNanos = new long[64];
    private int first;
    private int count;

    TimeWaitByDestination(long timeWaitNanos, int destinations) {
        this.timeWaitNanos = timeWaitNanos;
        this.byDestination = new int[destinations];
        this.peakByDestination = new int[destinations];
    }

    synchronized void add(int destination, long nowNanos) {
        expire(nowNanos);
        if (count == destinations.length) {
            grow();
        }
        int slot = (first + count) % destinations.length;
        destinations[slot] = destination;
        // Threads read the clock before they get here.
        long latest = count == 0 ? nowNanos : expiryNanos[(first + count - 1) % destinations.length] - timeWaitNanos;
        expiryNanos[slot] = (nowNanos - latest > 0 ? nowNanos : latest) + timeWaitNanos;
        count++;
        byDestination[destination]++;
        peakByDestination[destination] = Math.max(peakByDestination[destination], byDestination[destination]);
    }

    /** Ports in TIME_WAIT towards each destination, by its number. */
    synchronized int[] now(long nowNanos) {
        expire(nowNanos);
        return byDestination.clone();
    }

    /** The most there have ever been, by the destination's number. */
    synchronized int[] peaks() {
        return peakByDestination.clone();
    }

    private void expire(long nowNanos) {
        while (count > 0 && expiryNanos[first] - nowNanos <= 0) {
            byDestination[destinations[first]]--;
            first = (first + 1) % destinations.length;
            count--;
        }
    }

    private void grow() {
        int[] moreDestinations = new int[2 * count];
        long[] moreExpiries = new long[2 * count];
        for (int i = 0; i < count; i++) {
            int slot = (first + i) % count;
            moreDestinations[i] = destinations[slot];
            moreExpiries[i] = expiryNanos[slot];
        }
        destinations = moreDestinations;
        expiryNanos = moreExpiries;
        first = 0;
    }
}
