package io.ephemera.simulations.scenario;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What polling shows of its devices. Polls go round the devices, evenly spaced; a poll is some connections one after the other,
 * and only one that had them all has seen its device, at the moment at which the poll was due.
 *
 * @param blackoutSeconds the longest time in which no device was seen
 * @param unseenSeconds for each device the longest time for which it was not seen
 * @param mostDark the most devices at once whose last poll has failed
 */
record Polls(double blackoutSeconds, List<Double> unseenSeconds, int mostDark) {

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

        /** How many devices so many calls/s suffice for. */
        double devicesAt(double callsPerSecond) {
            return callsPerSecond * intervalSeconds / connections;
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
        double[] seen = new double[rhythm.devices];
        double[] unseen = new double[rhythm.devices];
        boolean[] dark = new boolean[rhythm.devices];
        double lastSeen = 0;
        double blackout = 0;
        int darkNow = 0;
        int mostDark = 0;
        for (int first = 0; first + rhythm.connections <= calls; first += rhythm.connections) {
            int device = rhythm.deviceOf(first);
            double due = rhythm.dueSeconds(first);
            boolean whole = ok.nextClearBit(first) >= first + rhythm.connections;
            if (whole) {
                blackout = Math.max(blackout, due - lastSeen);
                unseen[device] = Math.max(unseen[device], due - seen[device]);
                lastSeen = due;
                seen[device] = due;
            }
            darkNow += (whole ? 0 : 1) - (dark[device] ? 1 : 0);
            dark[device] = !whole;
            mostDark = Math.max(mostDark, darkNow);
        }
        // A device that was not seen again is unseen until the end.
        double end = rhythm.dueSeconds(calls);
        List<Double> longest = IntStream.range(0, rhythm.devices)
                .mapToObj(device -> Math.max(unseen[device], end - seen[device]))
                .toList();
        return new Polls(Math.max(blackout, end - lastSeen), longest, mostDark);
    }

    double longestUnseenSeconds() {
        return unseenSeconds.stream().mapToDouble(seconds -> seconds).max().orElse(0);
    }

    double meanUnseenSeconds() {
        return unseenSeconds.stream().mapToDouble(seconds -> seconds).average().orElse(0);
    }
}
