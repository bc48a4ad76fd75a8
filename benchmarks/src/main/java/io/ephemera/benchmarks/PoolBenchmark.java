package io.ephemera.benchmarks;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.SelectionOrder;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * A lease and its end, beside what one would write first, and a refusal. On one thread the end is an active close: time moves on by
 * one nanosecond a call, and TIME_WAIT lasts as many as there are to be ports in it, so that the occupancy stays what it is set to,
 * and each call also brings a port back. Several threads have no such clock in common: there it is a passive close, beside as many
 * ports in a TIME_WAIT that does not end.
 */
public class PoolBenchmark {

    /** Ports that no TIME_WAIT takes: as many threads may hold one. */
    private static final int SPARE = 8;

    private static final int FIRST_PORT = 1_024;
    private static final RemoteEndpoint REMOTE = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);

    /** A pool and a queue of as many ports, of which a part is in TIME_WAIT all the time. */
    @State(Scope.Benchmark)
    public static class Steady {

        /** Ports of the pool. */
        @Param({"50", "3977", "64511"})
        public int ports;

        /** Per cent of the ports in TIME_WAIT. */
        @Param({"0", "50", "100"})
        public int waitingPercent;

        private PortPool pool = pool(1, 1);
        private PortQueue queue = new PortQueue(1, 1);
        private long nowNanos;

        /** On one thread: time moves on by a nanosecond a call, and each port waits its turn. */
        private boolean timeMoves;

        /** Makes both. */
        @Setup
        public void fill(BenchmarkParams params) {
            int waiting = (int) Math.min(ports - SPARE, (long) ports * waitingPercent / 100);
            timeMoves = params.getThreads() == 1;
            long timeWaitNanos = timeMoves ? Math.max(1, waiting) : TimeUnit.HOURS.toNanos(1);
            pool = pool(ports, timeWaitNanos);
            queue = new PortQueue(ports, timeWaitNanos);
            for (int i = 0; i < waiting && !timeMoves; i++) {
                pool.release(pool.lease(REMOTE, 0), Release.ACTIVE_CLOSE, 0);
                queue.release(queue.lease(0), 0);
            }
        }
    }

    /** A pool of which every port is in TIME_WAIT. */
    @State(Scope.Benchmark)
    public static class Exhausted {

        /** Ports of the pool. */
        @Param({"50", "3977", "64511"})
        public int ports;

        private PortPool pool = pool(1, 1);

        /** Fills it. */
        @Setup
        public void fill() {
            pool = pool(ports, TimeUnit.HOURS.toNanos(1));
            for (int i = 0; i < ports; i++) {
                pool.release(pool.lease(REMOTE, 0), Release.ACTIVE_CLOSE, 0);
            }
        }
    }

    /** A free port, or none, from one queue behind one lock. */
    private static final class PortQueue {

        private record Waiting(int port, long expiryNanos) {}

        private final Queue<Integer> free = new ArrayDeque<>();
        private final Queue<Waiting> waiting = new ArrayDeque<>();
        private final long timeWaitNanos;

        PortQueue(int ports, long timeWaitNanos) {
            this.timeWaitNanos = timeWaitNanos;
            for (int i = 0; i < ports; i++) {
                free.add(FIRST_PORT + i);
            }
        }

        synchronized int lease(long nowNanos) {
            for (Waiting next = waiting.peek(); next != null && next.expiryNanos <= nowNanos; next = waiting.peek()) {
                waiting.remove();
                free.add(next.port);
            }
            @Nullable Integer port = free.poll();
            return port == null ? -1 : port;
        }

        synchronized void release(int port, long nowNanos) {
            waiting.add(new Waiting(port, nowNanos + timeWaitNanos));
        }

        synchronized void giveBack(int port) {
            free.add(port);
        }
    }

    private static PortPool pool(int ports, long timeWaitNanos) {
        PortRange range = new PortRange(FIRST_PORT, FIRST_PORT + ports - 1);
        return new PortPool(range, timeWaitNanos, io.ephemera.ports.Scope.GLOBAL, SelectionOrder.sequential());
    }

    /** The pool. */
    @Benchmark
    public void pool(Steady steady) {
        if (steady.timeMoves) {
            long now = steady.nowNanos++;
            steady.pool.release(mustHave(steady.pool.lease(REMOTE, now)), Release.ACTIVE_CLOSE, now);
        } else {
            steady.pool.release(mustHave(steady.pool.lease(REMOTE, 1)), Release.PASSIVE_CLOSE, 1);
        }
    }

    /** The queue. */
    @Benchmark
    public void queue(Steady steady) {
        if (steady.timeMoves) {
            long now = steady.nowNanos++;
            steady.queue.release((int) mustHave(steady.queue.lease(now)), now);
        } else {
            steady.queue.giveBack((int) mustHave(steady.queue.lease(1)));
        }
    }

    /** Returns that there is none. */
    @Benchmark
    public long refusal(Exhausted exhausted) {
        return exhausted.pool.lease(REMOTE, 1);
    }

    private static long mustHave(long lease) {
        if (lease < 0) {
            throw new IllegalStateException("the pool is exhausted");
        }
        return lease;
    }
}
