package io.ephemera.agent.usage;

import java.util.ArrayDeque;
import java.util.Deque;

/** The ports in TIME_WAIT, by the number of their destination. As many are kept as the pool has in TIME_WAIT at its peak. */
final class TimeWaitByDestination {

    private final long timeWaitNanos;
    private final int[] now;
    private final int[] peaks;
    /** In the order in which they leave, since TIME_WAIT is the same for all. */
    private final Deque<Closed> closed = new ArrayDeque<>();

    private record Closed(int destination, long expiryNanos) {}

    TimeWaitByDestination(long timeWaitNanos, int destinations) {
        this.timeWaitNanos = timeWaitNanos;
        this.now = new int[destinations];
        this.peaks = new int[destinations];
    }

    synchronized void add(int destination, long nowNanos) {
        expire(nowNanos);
        long expiryNanos = nowNanos + timeWaitNanos;
        Closed last = closed.peekLast();
        // Threads read the clock before they get here.
        boolean late = last != null && last.expiryNanos - expiryNanos > 0;
        closed.add(new Closed(destination, late ? last.expiryNanos : expiryNanos));
        now[destination]++;
        peaks[destination] = Math.max(peaks[destination], now[destination]);
    }

    synchronized int[] now(long nowNanos) {
        expire(nowNanos);
        return now.clone();
    }

    synchronized int[] peaks() {
        return peaks.clone();
    }

    private void expire(long nowNanos) {
        for (Closed first = closed.peek(); first != null && first.expiryNanos - nowNanos <= 0; first = closed.peek()) {
            now[first.destination]--;
            closed.remove();
        }
    }
}
