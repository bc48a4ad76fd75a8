package io.ephemera.simulations.scenario;

import java.util.BitSet;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * What becomes of a migration, in virtual time on the model.
 *
 * @param calls that are made, refused ones among them
 * @param refused of them
 * @param firstFailed the first push of which a call fails, from 0; -1 if none does
 * @param failedPushes that are given up
 * @param retries pushes that are begun again
 * @param nanos modelled, from the start of the first call until the last worker has done its last
 */
record MigrationForecast(long calls, long refused, long firstFailed, long failedPushes, long retries, long nanos) {

    /** @param portPerCall whether each call takes a port, or each worker one for all its calls */
    static MigrationForecast of(
            MigrationShape shape, BitSet arrived, Circumstances circumstances, boolean portPerCall) {
        MigrationLoop loop = new MigrationLoop(shape, arrived);
        VirtualPorts ports = new VirtualPorts(circumstances);
        PriorityQueue<Integer> ready = new PriorityQueue<>(
                Comparator.<Integer>comparingLong(loop::dueNanos).thenComparing(worker -> worker));
        IntStream.range(0, shape.workers()).forEach(ready::add);
        long calls = 0;
        long refused = 0;
        long end = 0;
        for (Integer worker = ready.poll(); worker != null; worker = ready.poll()) {
            if (loop.next(worker)) {
                long due = loop.dueNanos(worker);
                boolean ok = !portPerCall || ports.call(due);
                calls++;
                refused += ok ? 0 : 1;
                loop.ended(worker, ok);
                end = Math.max(end, loop.dueNanos(worker));
                ready.add(worker);
            }
        }
        return new MigrationForecast(calls, refused, loop.firstFailed(), loop.failedPushes(), loop.retries(), end);
    }

    double seconds() {
        return nanos / 1e9;
    }
}
