package io.ephemera.ports.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a load under given limits.
 *
 * @param limits the limits
 * @param cost what each call takes
 * @param calls calls of the load
 * @param refused calls that find no port, or not all that they need
 * @param firstRefusal the first of them; {@code null} if there is none
 * @param peakTimeWait the most ports in TIME_WAIT at once, over all destinations
 * @param headroom how many times as many calls the load could have in the same time without a refusal; below 1 where it exhausts
 * @param changes changes under each of which no call is refused, the smallest first; empty where none is refused anyway
 */
public record Plan(
        Limits limits,
        CallCost cost,
        long calls,
        long refused,
        @Nullable Refusal firstRefusal,
        int peakTimeWait,
        double headroom,
        List<Change> changes) {

    /** Copies the changes. */
    public Plan {
        changes = List.copyOf(changes);
    }

    /**
     * A call that found no port.
     *
     * @param call its number, counted from 0
     * @param atNanos when it started, in nanoseconds from the start of the load
     */
    public record Refusal(long call, long atNanos) {

        double seconds() {
            return atNanos / 1e9;
        }
    }

    /** Whether any call is refused. */
    public boolean exhausts() {
        return refused > 0;
    }

    /** Calls that find all their ports. */
    public long ok() {
        return calls - refused;
    }

    /** The highest constant rate that can go on for ever: ⌊P/k⌋ × destinations / (TIME_WAIT + life). */
    public double highestSafeCallsPerSecond() {
        return limits.safeCallsPerSecond(cost);
    }

    /** When the first call is refused, in seconds from the start of the load; empty if none is. */
    public OptionalDouble secondsToFirstExhaustion() {
        return firstRefusal == null ? OptionalDouble.empty() : OptionalDouble.of(firstRefusal.seconds());
    }

    /** The smallest change under which no call is refused; empty where none is refused anyway. */
    public Optional<Change> smallestChange() {
        return changes.stream().findFirst();
    }

    /** The plan in one sentence, with the smallest change in a second one where calls are refused. */
    public String sentence() {
        if (firstRefusal == null) {
            return String.format(
                    Change.LOCALE,
                    "All %,d calls find a port: at most %,d of %,d are in TIME_WAIT, and %.2f times as many calls would pass.",
                    calls,
                    peakTimeWait,
                    (long) limits.ports() * limits.pools(),
                    headroom);
        }
        String refusal = String.format(
                Change.LOCALE,
                "%,d of %,d calls fail, the first after %,.2f s.",
                refused,
                calls,
                firstRefusal.seconds());
        return smallestChange().map(change -> refusal + " " + change.sentence()).orElse(refusal);
    }
}
