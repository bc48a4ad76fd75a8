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
import org.openjdk.jmh.annotations.Warmup;

/** A lease that the pool refuses, since all of its ports are in TIME_WAIT. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class RefusalBenchmark {

    /** Ports of the pool. */
    @Param({"50", "3977", "64511"})
    public int ports;

    private Ports pool = new EphemeraPorts(1, 1);

    /** Fills the pool. */
    @Setup
    public void fill() {
        pool = new EphemeraPorts(ports, TimeUnit.HOURS.toNanos(1));
        for (int i = 0; i < ports; i++) {
            pool.release(pool.lease(0), 0);
        }
    }

    /** Returns that there is none. */
    @Benchmark
    public long refuse() {
        return pool.lease(1);
    }
}
