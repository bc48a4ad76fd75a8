package io.ephemera.simulations.conformance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a stack did with a load.
 *
 * @param windows one for each phase of the load
 * @param secondsToFirstExhaustion from the start of the load; {@code null} if no call was refused
 * @param refusal class and message of the first refusal; {@code null} if no call was refused
 * @param meanCycleSeconds how long it took, on average, until as many calls had succeeded again as there are ports; {@code null}
 *     if there were not so many
 * @param latestMillis the latest start of a call behind its schedule
 */
record Observed(
        List<Window> windows,
        @Nullable Double secondsToFirstExhaustion,
        @Nullable String refusal,
        @Nullable Double meanCycleSeconds,
        double latestMillis) {

    /**
     * One window.
     *
     * @param ok calls that succeeded
     * @param exhausted calls refused with no free port
     * @param other calls that failed otherwise
     * @param timeWait ports in TIME_WAIT at its end, younger than the hold in force
     */
    record Window(long ok, long exhausted, long other, int timeWait) {}

    long ok() {
        return windows.stream().mapToLong(Window::ok).sum();
    }

    long exhausted() {
        return windows.stream().mapToLong(Window::exhausted).sum();
    }

    long other() {
        return windows.stream().mapToLong(Window::other).sum();
    }

    int peakTimeWait() {
        return windows.stream().mapToInt(Window::timeWait).max().orElse(0);
    }
}
