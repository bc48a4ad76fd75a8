package io.ephemera.simulations.scenario;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What resets of the stack bring to a load of evenly spaced calls.
 *
 * @param firstFailureSeconds when the first call was due that failed; the end where none did
 * @param helpedSeconds for each reset, for how long calls succeed after it: the longest run of calls that all succeed, due
 *     after the reset and before the next one, or before the first port comes back by itself
 * @param failed how many calls failed
 */
record Relief(double firstFailureSeconds, List<Double> helpedSeconds, long failed) {

    Relief {
        helpedSeconds = List.copyOf(helpedSeconds);
    }

    /**
     * What so many calls have shown.
     *
     * @param ok whether call n succeeded
     * @param calls how many there were, from 0 on
     * @param callsPerSecond call n is due at n / callsPerSecond
     * @param resetSeconds when the stack is reset, rising
     * @param timeWaitSeconds no port that was used after a reset is back before this is over
     */
    static Relief of(BitSet ok, long calls, double callsPerSecond, List<Double> resetSeconds, double timeWaitSeconds) {
        List<Double> helped = new ArrayList<>();
        for (int reset = 0; reset < resetSeconds.size(); reset++) {
            double from = resetSeconds.get(reset);
            double to = from + timeWaitSeconds;
            if (reset + 1 < resetSeconds.size()) {
                to = Math.min(to, resetSeconds.get(reset + 1));
            }
            helped.add(longestRun(ok, due(from, callsPerSecond), Math.min(calls, due(to, callsPerSecond)))
                    / callsPerSecond);
        }
        int firstFailure = (int) Math.min(calls, ok.nextClearBit(0));
        return new Relief(firstFailure / callsPerSecond, helped, calls - ok.cardinality());
    }

    /** The first call that is due at that moment or later. */
    private static long due(double seconds, double callsPerSecond) {
        return (long) Math.ceil(seconds * callsPerSecond - 1e-9);
    }

    private static long longestRun(BitSet ok, long from, long to) {
        long longest = 0;
        for (int start = ok.nextSetBit((int) from); start >= 0 && start < to; ) {
            int end = ok.nextClearBit(start);
            longest = Math.max(longest, Math.min(end, to) - start);
            start = ok.nextSetBit(end);
        }
        return longest;
    }
}
