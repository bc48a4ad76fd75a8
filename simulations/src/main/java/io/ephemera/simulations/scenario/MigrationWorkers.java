package io.ephemera.simulations.scenario;

import io.ephemera.simulations.scenario.Ledger.Entry;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The workers of a migration, a closed loop: each pushes records one after the other, each with some calls. A worker that has its
 * answer starts the next call one service time after the last; one that is refused goes on sooner, since an error comes sooner than
 * an answer. When call n of a worker is due follows from what became of those before, never from when they really ended. Asked by
 * one thread at a time.
 */
final class MigrationWorkers {

    private static final int NONE = -1;

    /** How a call of a worker ends. */
    enum Ending {
        /** It was answered. */
        OK,
        /** It had no connection. */
        NOT_SENT,
        /** It was sent, and not answered as it should be. */
        NOT_ANSWERED
    }

    /** Is told of each attempt, before and after it. */
    interface Log {
        void write(Entry entry, long call);
    }

    private final MigrationShape shape;
    private final BitSet arrived;
    private final Log log;
    private final long[] dueNanos;
    private final int[] push;
    private final int[] call;
    private int nextPush;
    private long failedPushes;
    private long retries;
    private long refused;
    private long endNanos;
    private long firstFailedPush = NONE;

    /** @param arrived pushes that are known to have arrived already, which are not made again */
    MigrationWorkers(MigrationShape shape, BitSet arrived, Log log) {
        this.shape = shape;
        this.arrived = arrived;
        this.log = log;
        this.dueNanos = new long[shape.workers()];
        this.push = new int[shape.workers()];
        this.call = new int[shape.workers()];
        Arrays.fill(push, NONE);
        Arrays.setAll(dueNanos, worker -> worker * shape.cycleNanos() / shape.workers());
        this.nextPush = arrived.nextClearBit(0);
    }

    int count() {
        return shape.workers();
    }

    /** A call takes at least so long, whatever becomes of it; above 0, in modelled nanoseconds. */
    long leastNanos() {
        return Math.min(shape.cycleNanos(), shape.failureNanos());
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

    /** When its call is due, in modelled nanoseconds from the start. */
    long dueNanos(int worker) {
        return dueNanos[worker];
    }

    /** What its call asks for, as the query of a URL; it is about to be made. */
    String query(int worker) {
        log.write(Entry.STARTED, callOf(worker));
        return "?record=" + callOf(worker);
    }

    /** Number of the worker's call, from 0: that of its push, times the calls of a push, and on. */
    private long callOf(int worker) {
        return (long) push[worker] * shape.callsPerPush() + call[worker];
    }

    void ended(int worker, Ending ending) {
        switch (ending) {
            case OK -> log.write(Entry.OK, callOf(worker));
            case NOT_SENT -> {
                log.write(Entry.NOT_SENT, callOf(worker));
                refused++;
            }
            case NOT_ANSWERED -> {
                // Nobody here knows whether it has arrived.
            }
        }
        if (ending == Ending.OK) {
            succeeded(worker);
        } else {
            failed(worker);
        }
        // A worker has ended with what its last call takes.
        endNanos = Math.max(endNanos, dueNanos[worker]);
    }

    private void succeeded(int worker) {
        dueNanos[worker] += shape.cycleNanos();
        call[worker]++;
        if (call[worker] == shape.callsPerPush()) {
            push[worker] = NONE;
        }
    }

    private void failed(int worker) {
        dueNanos[worker] += shape.failureNanos();
        firstFailedPush = firstFailedPush == NONE ? push[worker] : Math.min(firstFailedPush, push[worker]);
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

    /** Calls that had no connection. */
    long refused() {
        return refused;
    }

    /** The first push of which a call failed; -1 if none did. */
    long firstFailedPush() {
        return firstFailedPush;
    }

    /** When the last worker has done its last, in modelled nanoseconds from the start. */
    long endNanos() {
        return endNanos;
    }
}
