package io.ephemera.ports.plan;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongUnaryOperator;

/**
 * Calls that start at given times, whatever became of those before: an open load. Call n is computed from n; nothing is
 * accumulated.
 */
public interface Load {

    /** Number of calls, at least 0. */
    long calls();

    /**
     * When a call starts, in nanoseconds from the start of the load; never before the call before it.
     *
     * @param call from 0 to {@link #calls()}, exclusive
     */
    long startNanos(long call);

    /**
     * The most calls that start within any span of this length; an upper bound that may be a fraction above.
     *
     * @param spanNanos above 0
     */
    double mostCallsWithin(long spanNanos);

    /** How many calls start before a time, in nanoseconds from the start of the load. */
    default long callsBefore(long nanos) {
        long low = 0;
        long high = calls();
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (startNanos(middle) < nanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The time between each call and the next, where it is the same for all and whole nanoseconds. */
    default OptionalLong spacingNanos() {
        return OptionalLong.empty();
    }

    /**
     * A constant rate: call n starts at n / rate.
     *
     * @param callsPerSecond above 0, at most 10 million
     * @param duration above 0, at most 365 days
     */
    static Load constant(double callsPerSecond, Duration duration) {
        return new RateCurve(List.of(RateCurve.segment(0, duration, callsPerSecond, callsPerSecond)));
    }

    /**
     * A rate that changes linearly.
     *
     * @param fromCallsPerSecond at the start, at least 0
     * @param toCallsPerSecond at the end, at least 0
     * @param duration above 0, at most 365 days
     */
    static Load ramp(double fromCallsPerSecond, double toCallsPerSecond, Duration duration) {
        return new RateCurve(List.of(RateCurve.segment(0, duration, fromCallsPerSecond, toCallsPerSecond)));
    }

    /**
     * A curve from lines {@code seconds,callsPerSecond}, straight between its points and without calls before the first; a
     * heading and lines that begin with # are passed over.
     *
     * @throws IllegalArgumentException if it is no such curve; the message names the line
     */
    static Load curve(String csv) {
        return RateCurve.parse(csv);
    }

    /**
     * Any schedule, for example that of a generator with a clock of its own. How many calls fall within a span is found by going
     * through all of them.
     *
     * @param calls number of calls, at least 0
     * @param startNanos when call n starts; never falling
     */
    static Load of(long calls, LongUnaryOperator startNanos) {
        return new Explicit(calls, startNanos);
    }

    /** See {@link #of}. */
    record Explicit(long calls, LongUnaryOperator starts) implements Load {

        /** @throws IllegalArgumentException if {@code calls} is below 0 */
        public Explicit {
            if (calls < 0) {
                throw new IllegalArgumentException("a load has at least 0 calls, not " + calls);
            }
        }

        @Override
        public long startNanos(long call) {
            return starts.applyAsLong(call);
        }

        @Override
        public double mostCallsWithin(long spanNanos) {
            long most = 0;
            long first = 0;
            for (long call = 0; call < calls; call++) {
                while (startNanos(call) - startNanos(first) >= spanNanos) {
                    first++;
                }
                most = Math.max(most, call - first + 1);
            }
            return most;
        }
    }
}
