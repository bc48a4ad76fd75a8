package io.ephemera.ports.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * A rate that is straight over each of its segments. With Λ(t) the calls expected up to t, the integral of the rate, call n starts
 * where Λ reaches n:
 *
 * <pre>t = t0 + 2x / (r0 + √(r0² + 2ax))   [s],   x = n − Λ(t0)</pre>
 *
 * on a segment from t0 with the rate r0 and its change a per second; for a constant rate that is t0 + x/r0.
 */
final class RateCurve implements Load {

    private static final double HIGHEST_RATE = 1e7;
    private static final double LONGEST_SECONDS = Duration.ofDays(365).toSeconds();

    /** A call that begins within so little of the end is one of rounding. */
    private static final double LEAST_CALL = 1e-6;

    private final List<Segment> segments;
    private final double[] starts;
    private final double[] callsBefore;
    private final long calls;

    /** A stretch of time, in seconds, with the rates in calls/s at its ends. */
    record Segment(double start, double end, double rateAtStart, double rateAtEnd) {

        double calls(double until) {
            double seconds = Math.min(Math.max(until, start), end) - start;
            return seconds * (rateAtStart + slope() * seconds / 2);
        }

        double slope() {
            return (rateAtEnd - rateAtStart) / (end - start);
        }

        double rate(double at) {
            return at < start || at > end ? 0 : rateAtStart + slope() * (at - start);
        }
    }

    RateCurve(List<Segment> segments) {
        this.segments = List.copyOf(segments);
        this.starts = segments.stream().mapToDouble(Segment::start).toArray();
        this.callsBefore = new double[segments.size() + 1];
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            callsBefore[i + 1] = callsBefore[i] + segment.calls(segment.end());
        }
        this.calls = (long) Math.ceil(callsBefore[segments.size()] - LEAST_CALL);
    }

    static Segment segment(double startSeconds, Duration duration, double from, double to) {
        double seconds = duration.toNanos() / 1e9;
        requireRate(from);
        requireRate(to);
        if (!(seconds > 0) || startSeconds + seconds > LONGEST_SECONDS) {
            throw new IllegalArgumentException(
                    "a load lasts more than 0 s and at most 365 days, not " + (startSeconds + seconds) + " s");
        }
        return new Segment(startSeconds, startSeconds + seconds, from, to);
    }

    static RateCurve parse(String csv) {
        List<Segment> segments = new ArrayList<>();
        double[] before = null;
        int number = 0;
        boolean headingAllowed = true;
        // An editor of Windows may have put a byte-order mark before the first line.
        for (String line : csv.replaceFirst("^\uFEFF", "").split("\\R", -1)) {
            number++;
            if (line.isBlank() || line.stripLeading().startsWith("#")) {
                continue;
            }
            if (headingAllowed && line.strip().equalsIgnoreCase("seconds,callsPerSecond")) {
                headingAllowed = false;
                continue;
            }
            headingAllowed = false;
            try {
                double[] point = point(line);
                if (before != null) {
                    if (!(point[0] > before[0])) {
                        throw new IllegalArgumentException(
                                "the seconds rise from line to line, not from " + before[0] + " to " + point[0]);
                    }
                    segments.add(new Segment(before[0], point[0], before[1], point[1]));
                }
                before = point;
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
            }
        }
        if (segments.isEmpty()) {
            throw new IllegalArgumentException("a curve has at least two lines seconds,callsPerSecond");
        }
        return new RateCurve(segments);
    }

    private static double[] point(String line) {
        String[] cells = line.split(",", -1);
        try {
            if (cells.length == 2) {
                double seconds = Double.parseDouble(cells[0].strip());
                double rate = Double.parseDouble(cells[1].strip());
                if (!(seconds >= 0 && seconds <= LONGEST_SECONDS)) {
                    throw new IllegalArgumentException("seconds are 0 to 365 days, not " + seconds);
                }
                requireRate(rate);
                return new double[] {seconds, rate};
            }
        } catch (NumberFormatException e) {
            // The message below says the same of both.
        }
        throw new IllegalArgumentException("seconds,callsPerSecond, like 3600,12.5, not " + line.strip());
    }

    private static void requireRate(double rate) {
        if (!(rate >= 0 && rate <= HIGHEST_RATE)) {
            throw new IllegalArgumentException("a rate is 0 to 10 million calls/s, not " + rate);
        }
    }

    @Override
    public long calls() {
        return calls;
    }

    @Override
    public long startNanos(long call) {
        int index = Math.min(lastAtMost((double) call, callsBefore), segments.size() - 1);
        Segment segment = segments.get(index);
        double x = call - callsBefore[index];
        double rate = segment.rateAtStart();
        double slope = segment.slope();
        double seconds;
        if (x <= 0) {
            seconds = 0;
        } else if (slope == 0) {
            seconds = x / rate;
        } else {
            seconds = 2 * x / (rate + Math.sqrt(Math.max(0, rate * rate + 2 * slope * x)));
        }
        return Math.round((segment.start() + seconds) * 1e9);
    }

    /** The last of rising numbers that is not above a value; -1 if all are. */
    private static int lastAtMost(double value, double[] rising) {
        int low = 0;
        int high = rising.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (rising[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /**
     * The most of Λ(t) − Λ(t − span). Between the times at which either end of the span passes an end of a segment the difference is
     * a parabola: its ends and, where its slope changes sign, its top are all that can be the most.
     */
    @Override
    public double mostCallsWithin(long spanNanos) {
        double span = spanNanos / 1e9;
        TreeSet<Double> times = new TreeSet<>();
        for (Segment segment : segments) {
            for (double end : new double[] {segment.start(), segment.end()}) {
                times.add(end);
                times.add(end + span);
            }
        }
        double most = 0;
        double left = times.first();
        for (double right : times) {
            most = Math.max(most, within(right, span));
            double third = (right - left) / 3;
            double slopeLeft = slope(left + third, span);
            double slopeRight = slope(right - third, span);
            if (third > 0 && slopeLeft != slopeRight) {
                double top = left + third + third * slopeLeft / (slopeLeft - slopeRight);
                if (top > left && top < right) {
                    most = Math.max(most, within(top, span));
                }
            }
            left = right;
        }
        return most;
    }

    private double within(double until, double span) {
        return expected(until) - expected(until - span);
    }

    private double slope(double until, double span) {
        return rate(until) - rate(until - span);
    }

    private double expected(double until) {
        int index = lastAtMost(until, starts);
        return index < 0 ? 0 : callsBefore[index] + segments.get(index).calls(until);
    }

    private double rate(double at) {
        int index = lastAtMost(at, starts);
        return index < 0 ? 0 : segments.get(index).rate(at);
    }

    @Override
    public OptionalLong spacingNanos() {
        Segment first = segments.get(0);
        if (segments.size() > 1 || first.start() != 0 || first.slope() != 0 || first.rateAtStart() == 0) {
            return OptionalLong.empty();
        }
        long spacing = Math.round(1e9 / first.rateAtStart());
        return spacing > 0 && spacing * first.rateAtStart() == 1e9 ? OptionalLong.of(spacing) : OptionalLong.empty();
    }
}
