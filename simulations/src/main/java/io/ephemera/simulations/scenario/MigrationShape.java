package io.ephemera.simulations.scenario;

import java.util.BitSet;

/**
 * What a migration does. Times are modelled, in whole nanoseconds: calls that are due at one instant are so exactly.
 *
 * @param records that are migrated
 * @param recordsPerPush in one push
 * @param callsPerPush web-service calls of one push
 * @param workers that push at once, each one call after the other
 * @param cycleNanos from the start of a call that is answered to the next one of the same worker
 * @param failureNanos from the start of a call that is refused to the next one of the same worker
 * @param retried whether a push of which a call has failed is made again
 */
record MigrationShape(
        int records,
        int recordsPerPush,
        int callsPerPush,
        int workers,
        long cycleNanos,
        long failureNanos,
        boolean retried) {

    int pushes() {
        return (records + recordsPerPush - 1) / recordsPerPush;
    }

    long firstRecord(long push) {
        return push * recordsPerPush + 1;
    }

    long lastRecord(long push) {
        return Math.min(records, (push + 1) * recordsPerPush);
    }

    /** How many records these pushes have, of which the last of all may be shorter. */
    long recordsOf(BitSet pushes) {
        return pushes.stream()
                .mapToLong(push -> lastRecord(push) - firstRecord(push) + 1)
                .sum();
    }

    /** What a migration that goes on must have in common with the one that was begun. */
    String words() {
        return records + " records, " + recordsPerPush + " in a push of " + callsPerPush + " calls";
    }
}
