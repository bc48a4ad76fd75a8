package io.ephemera.simulations.scenario;

import java.util.Arrays;
import java.util.BitSet;

/**
 * What polling shows of its devices. Polls go round the devices, evenly spaced; a poll is some connections one after the other,
 * and only one that had them all has seen its device, at the moment at which the poll was due.
 *
 * @param blackoutSeconds the longest time in which no device was seen
 * @param stalestSeconds the longest time for which a device was not seen
 * @param meanStalestSeconds the same, as the mean over the devices
 * @param mostDark the most devices at once whose last poll has failed
 * @param polls how many were whole
 */
record Polls(double blackoutSeconds, double stalestSeconds, double meanStalestSeconds, int mostDark, int polls) {

    /**
     * How devices are polled.
     *
     * @param devices how many
     * @param connections of one poll
     * @param intervalSeconds from a poll of a device to the next one of it
     */
    record Rhythm(int devices, int connections, double intervalSeconds) {

        double callsPerSecond() {
            return devices * connections / intervalSeconds;
        }

        int deviceOf(long call) {
            return (int) (call / connections % devices);
        }

        double dueSeconds(long call) {
            return call / callsPerSecond();
        }
    }

    /**
     * What so many calls have shown.
     *
     * @param ok whether call n succeeded
     * @param calls how many there were, from 0 on
     */
    static Polls of(Rhythm rhythm, BitSet ok, long calls) {
        double[] stalest = stalestSeconds(rhythm, ok, calls);
        boolean[] dark = new boolean[rhythm.devices];
        double lastSeen = 0;
        double blackout = 0;
        int darkNow = 0;
        int mostDark = 0;
        int polls = 0;
        for (int first = 0; first + rhythm.connections <= calls; first += rhythm.connections) {
            int device = rhythm.deviceOf(first);
            boolean whole = isWhole(rhythm, ok, first);
            if (whole) {
                double due = rhythm.dueSeconds(first);
                blackout = Math.max(blackout, due - lastSeen);
                lastSeen = due;
                polls++;
            }
            darkNow += (whole ? 0 : 1) - (dark[device] ? 1 : 0);
            dark[device] = !whole;
            mostDark = Math.max(mostDark, darkNow);
        }
        return new Polls(
                Math.max(blackout, rhythm.dueSeconds(calls) - lastSeen),
                Arrays.stream(stalest).max().orElse(0),
                Arrays.stream(stalest).average().orElse(0),
                mostDark,
                polls);
    }

    /** For how long each device was not seen, at the longest. */
    static double[] stalestSeconds(Rhythm rhythm, BitSet ok, long calls) {
        double[] seen = new double[rhythm.devices];
        double[] stalest = new double[rhythm.devices];
        for (int first = 0; first + rhythm.connections <= calls; first += rhythm.connections) {
            if (isWhole(rhythm, ok, first)) {
                int device = rhythm.deviceOf(first);
                double due = rhythm.dueSeconds(first);
                stalest[device] = Math.max(stalest[device], due - seen[device]);
                seen[device] = due;
            }
        }
        for (int device = 0; device < rhythm.devices; device++) {
            // A device that was not seen again is stale until the end.
            stalest[device] = Math.max(stalest[device], rhythm.dueSeconds(calls) - seen[device]);
        }
        return stalest;
    }

    private static boolean isWhole(Rhythm rhythm, BitSet ok, int first) {
        return ok.nextClearBit(first) >= first + rhythm.connections;
    }
}
