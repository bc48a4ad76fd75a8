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
     * A staircase: each rate for the same time.
     *
     * @param callsPerSecond the rates, each at least 0
     * @param stepDuration above 0
     */
    static Load steps(List<Double> callsPerSecond, Duration stepDuration) {
        return RateCurve.steps(callsPerSecond, stepDuration);
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
     * Calls that start all at once, again and again.
     *
     * @param callsPerBurst at least 1
     * @param every time from one burst to the next, above 0
     * @param bursts at least 1
     */
    static Load bursts(long callsPerBurst, Duration every, int bursts) {
        return new Bursts(callsPerBurst, every.toNanos(), bursts);
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

    /** See {@link #bursts}. */
    record Bursts(long callsPerBurst, long everyNanos, int bursts) implements Load {

        /** @throws IllegalArgumentException if a component is out of its range */
        public Bursts {
            if (callsPerBurst < 1 || everyNanos < 1 || bursts < 1) {
                throw new IllegalArgumentException("bursts are at least 1 of at least 1 call, more than 0 s apart, not "
                        + bursts + " of " + callsPerBurst + ", " + everyNanos + " ns apart");
            }
        }

        @Override
        public long calls() {
            return Math.multiplyExact(callsPerBurst, (long) bursts);
        }

        @Override
        public long startNanos(long call) {
            return call / callsPerBurst * everyNanos;
        }

        @Override
        public double mostCallsWithin(long spanNanos) {
            long inSpan = (spanNanos + everyNanos - 1) / everyNanos;
            return (double) Math.min(bursts, inSpan) * callsPerBurst;
        }
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
