package io.ephemera.simulations.scenario;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A migration: workers push records one after the other, each with some calls. A worker that has its answer starts the next call
 * one service time after the last; one that is refused goes on sooner, since an error comes sooner than an answer. When call n of
 * a worker is due follows from what became of those before, never from when they really ended.
 */
final class MigrationLoop {

    private static final int NONE = -1;

    private final MigrationShape shape;
    private final BitSet arrived;
    private final long[] dueNanos;
    private final int[] push;
    private final int[] call;
    private int nextPush;
    private long failedPushes;
    private long retries;
    private long firstFailed = NONE;

    /** @param arrived pushes that are known to have arrived already, which are not made again */
    MigrationLoop(MigrationShape shape, BitSet arrived) {
        this.shape = shape;
        this.arrived = (BitSet) arrived.clone();
        this.dueNanos = new long[shape.workers()];
        this.push = new int[shape.workers()];
        this.call = new int[shape.workers()];
        Arrays.fill(push, NONE);
        for (int worker = 0; worker < dueNanos.length; worker++) {
            dueNanos[worker] = worker * shape.cycleNanos() / shape.workers();
        }
        this.nextPush = arrived.nextClearBit(0);
    }

    /** Gives a worker its next call; {@code false} if there is none left for it. */
    boolean next(int worker) {
        if (push[worker] == NONE) {
            if (nextPush >= shape.pushes()) {
                return false;
            }
            push[worker] = nextPush;
            call[worker] = 0;
            nextPush = arrived.nextClearBit(nextPush + 1);
        }
        return true;
    }

    /** When the worker's call is due, in modelled nanoseconds from the start. */
    long dueNanos(int worker) {
        return dueNanos[worker];
    }

    /** Number of the worker's call, from 0: that of its push, times the calls of a push, and on. */
    long callOf(int worker) {
        return (long) push[worker] * shape.callsPerPush() + call[worker];
    }

    /** The worker's call has ended. */
    void ended(int worker, boolean ok) {
        if (ok) {
            dueNanos[worker] += shape.cycleNanos();
            call[worker]++;
            if (call[worker] == shape.callsPerPush()) {
                push[worker] = NONE;
            }
            return;
        }
        dueNanos[worker] += shape.failureNanos();
        firstFailed = firstFailed == NONE ? push[worker] : Math.min(firstFailed, push[worker]);
        if (shape.retried()) {
            // A record whose second call has failed is pushed again from its first: retries burn ports too.
            retries++;
            call[worker] = 0;
        } else {
            failedPushes++;
            push[worker] = NONE;
        }
    }

    /** Pushes of which a call has failed, and which were given up. */
    long failedPushes() {
        return failedPushes;
    }

    /** Pushes that were begun again. */
    long retries() {
        return retries;
    }

    /** The first push of which a call failed; -1 if none did. */
    long firstFailed() {
        return firstFailed;
    }
}
