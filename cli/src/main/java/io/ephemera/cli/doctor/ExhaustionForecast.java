package io.ephemera.cli.doctor;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * When the ports run out if calls go on as they do now. With the ages of all that is in TIME_WAIT one reading is enough: how many
 * entered it of late is the present rate, and when each comes back is known.
 *
 * @param callsPerSecond connections that entered TIME_WAIT per second of late; those that the other side closed are in none
 * @param secondsToExhaustion when no port is left, in seconds from now; 0 where none is left now, empty where that never comes
 * @param levelsOffAt ports in use once the present rate has lasted for one TIME_WAIT; meaningless where they run out before
 */
public record ExhaustionForecast(double callsPerSecond, OptionalDouble secondsToExhaustion, double levelsOffAt) {

    /** Long enough to count many, short enough to be the present. */
    private static final long LATELY_MILLIS = 10_000;

    /**
     * Looks ahead.
     *
     * @param usablePorts ports that there are
     * @param hold how long TIME_WAIT holds each
     * @param live connections that hold a port and are not in TIME_WAIT; as many stay
     * @param agesMillis how long each in TIME_WAIT has been there, rising, each below the hold
     */
    static ExhaustionForecast of(int usablePorts, Duration hold, int live, List<Long> agesMillis) {
        long holdMillis = Math.max(1, hold.toMillis());
        long window = Math.min(LATELY_MILLIS, holdMillis);
        long lately = agesMillis.stream().filter(age -> age < window).count();
        double perMilli = (double) lately / window;
        double settled = live + perMilli * holdMillis;
        return new ExhaustionForecast(
                perMilli * 1_000, exhaustion(usablePorts, holdMillis, live, agesMillis, perMilli), settled);
    }

    /**
     * In use at t from now: live + those of now that are younger than hold − t + rate × t. Between two departures it only rises, so
     * it is enough to look at each departure and at one hold from now; from then on it is steady.
     */
    private static OptionalDouble exhaustion(
            int usablePorts, long holdMillis, int live, List<Long> agesMillis, double perMilli) {
        int waiting = agesMillis.size();
        if (live + waiting >= usablePorts) {
            return OptionalDouble.of(0);
        }
        if (perMilli == 0) {
            return OptionalDouble.empty();
        }
        int left = waiting;
        double from = 0;
        for (int i = waiting - 1; i >= -1; i--) {
            double until = i < 0 ? holdMillis : holdMillis - agesMillis.get(i);
            double full = (usablePorts - live - left) / perMilli;
            if (Math.max(from, full) <= until) {
                return OptionalDouble.of(Math.max(from, full) / 1_000);
            }
            left--;
            from = until;
        }
        return OptionalDouble.empty();
    }

    String words() {
        if (callsPerSecond == 0) {
            return "no close of late";
        }
        String rate = String.format(Locale.ROOT, "at %,.1f closes/s ", callsPerSecond);
        if (secondsToExhaustion.isEmpty()) {
            return rate + String.format(Locale.ROOT, "levels off at %,.0f ports", levelsOffAt);
        }
        double seconds = secondsToExhaustion.getAsDouble();
        return rate + (seconds == 0 ? "calls fail now" : String.format(Locale.ROOT, "calls fail in %,.0f s", seconds));
    }
}
