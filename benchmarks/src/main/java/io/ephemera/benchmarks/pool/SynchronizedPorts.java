package io.ephemera.benchmarks.pool;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A queue of free ports and one of waiting ports behind one lock. */
final class SynchronizedPorts implements Ports {

    private record Waiting(int port, long expiryNanos) {}

    private final Queue<Integer> free = new ArrayDeque<>();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private final long timeWaitNanos;

    SynchronizedPorts(int ports, long timeWaitNanos) {
        this.timeWaitNanos = timeWaitNanos;
        for (int i = 0; i < ports; i++) {
            free.add(1_024 + i);
        }
    }

    @Override
    public synchronized long lease(long nowNanos) {
        for (Waiting first = waiting.peek(); first != null && first.expiryNanos() <= nowNanos; first = waiting.peek()) {
            waiting.remove();
            free.add(first.port());
        }
        @Nullable Integer port = free.poll();
        return port == null ? -1 : port;
    }

    @Override
    public synchronized void release(long lease, long nowNanos) {
        waiting.add(new Waiting((int) lease, nowNanos + timeWaitNanos));
    }

    @Override
    public synchronized void giveBack(long lease, long nowNanos) {
        free.add((int) lease);
    }
}
