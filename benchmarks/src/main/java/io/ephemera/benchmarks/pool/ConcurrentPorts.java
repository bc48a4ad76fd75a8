package io.ephemera.benchmarks.pool;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The same two queues without a lock. */
final class ConcurrentPorts implements Ports {

    private record Waiting(int port, long expiryNanos) {}

    private final Queue<Integer> free = new ConcurrentLinkedQueue<>();
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final long timeWaitNanos;

    ConcurrentPorts(int ports, long timeWaitNanos) {
        this.timeWaitNanos = timeWaitNanos;
        for (int i = 0; i < ports; i++) {
            free.add(1_024 + i);
        }
    }

    @Override
    public long lease(long nowNanos) {
        for (Waiting first = waiting.peek(); first != null && first.expiryNanos() <= nowNanos; first = waiting.peek()) {
            // Another thread may have taken it.
            if (waiting.remove(first)) {
                free.add(first.port());
            }
        }
        @Nullable Integer port = free.poll();
        return port == null ? -1 : port;
    }

    @Override
    public void release(long lease, long nowNanos) {
        waiting.add(new Waiting((int) lease, nowNanos + timeWaitNanos));
    }

    @Override
    public void giveBack(long lease, long nowNanos) {
        free.add((int) lease);
    }
}
