package io.ephemera.benchmarks.pool;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * A lease and its end. On one thread by an active close: time moves on by one nanosecond a call, and TIME_WAIT lasts as many as
 * there are to be ports in it, so that the occupancy stays what it is set to, and each call also brings a port back. On several
 * threads, which have no such clock in common, by a passive close, beside as many ports in a TIME_WAIT that does not end.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class LeaseBenchmark {

    /** Ports that no TIME_WAIT takes: as many threads may hold one. */
    private static final int SPARE = 8;

    /** Which pool. */
    @Param({"ephemera", "synchronized", "concurrent"})
    public String pool = "";

    /** Ports of the pool. */
    @Param({"50", "3977", "64511"})
    public int ports;

    /** Per cent of the ports in TIME_WAIT. */
    @Param({"0", "50", "100"})
    public int waitingPercent;

    private Ports measured = new EphemeraPorts(1, 1);

    private long nowNanos;

    /** Makes the pool. */
    @Setup
    public void makePool(BenchmarkParams params) {
        int waiting = (int) Math.min(ports - SPARE, (long) ports * waitingPercent / 100);
        boolean oneThread = params.getThreads() == 1;
        long timeWaitNanos = oneThread ? Math.max(1, waiting) : TimeUnit.HOURS.toNanos(1);
        measured = switch (pool) {
            case "ephemera" -> new EphemeraPorts(ports, timeWaitNanos);
            case "synchronized" -> new SynchronizedPorts(ports, timeWaitNanos);
            case "concurrent" -> new ConcurrentPorts(ports, timeWaitNanos);
            default -> throw new IllegalArgumentException(pool);
        };
        for (int i = 0; i < waiting && !oneThread; i++) {
            measured.release(measured.lease(0), 0);
        }
    }

    /** On one thread. */
    @Benchmark
    public void leaseAndRelease() {
        long now = nowNanos++;
        measured.release(leased(now), now);
    }

    /** On several threads. */
    @Benchmark
    @Threads(2)
    public void leaseAndGiveBack() {
        measured.giveBack(leased(1), 1);
    }

    /** On as many as want a processor twice over, where there are two. */
    @Benchmark
    @Threads(4)
    public void leaseAndGiveBackOnFour() {
        measured.giveBack(leased(1), 1);
    }

    private long leased(long now) {
        long lease = measured.lease(now);
        if (lease < 0) {
            throw new IllegalStateException("the pool is exhausted");
        }
        return lease;
    }
}
