package io.ephemera.ports.run;

import java.util.List;

/**
 * When each call of a run is due: in modelled time, or, divided by a speedup, in wall-clock time. Call n is computed from n; nothing is accumulated. Where a virtual user makes
 * several calls, one after the other, it starts with the first of them, and all are of one step.
 */
public final class Schedule {

    /** In nanoseconds: more than a double is off by, and nothing beside one. */
    private static final double ROUNDING = 1e-3;

    private final List<PlannedStep> steps;
    private final double speedup;
    private final long[] firstCall;

    /**
     * @param steps in order of time, without gaps
     * @param speedup modelled seconds per wall second; 1 where time is virtual
     */
    public Schedule(List<PlannedStep> steps, double speedup) {
        this.steps = List.copyOf(steps);
        this.speedup = speedup;
        this.firstCall = new long[steps.size() + 1];
        for (int step = 0; step < steps.size(); step++) {
            firstCall[step + 1] = firstCall[step] + steps.get(step).calls();
        }
    }

    /** Number of calls. */
    public long calls() {
        return firstCall[steps.size()];
    }

    /** Length of the load, in nanoseconds. */
    public long durationNanos() {
        PlannedStep last = steps.get(steps.size() - 1);
        return nanos(last.startSeconds() + last.durationSeconds());
    }

    /**
     * The step of call n.
     *
     * @param n from 0 to {@link #calls()}, exclusive
     */
    public int stepOf(long n) {
        int step = 0;
        while (n >= firstCall[step + 1]) {
            step++;
        }
        return step;
    }

    /** The step that is under way at a moment of modelled time; the last one from its end on. */
    public int stepAt(double modelledSeconds) {
        int step = 0;
        while (step + 1 < steps.size() && modelledSeconds >= steps.get(step + 1).startSeconds()) {
            step++;
        }
        return step;
    }

    /** When call n starts, in nanoseconds from the start of the first step. */
    public long startNanos(long n) {
        int index = stepOf(n);
        PlannedStep step = steps.get(index);
        // From the step's own start, and cut off: calls one TIME_WAIT apart stay that far apart to the nanosecond.
        return stepStartNanos(index)
                + (long) Math.floor((n - firstCall[index]) * 1e9 / (step.offeredCallsPerSecond() * speedup) + ROUNDING);
    }

    /** Start of a step, in nanoseconds from that of the first. */
    public long stepStartNanos(int step) {
        return nanos(steps.get(step).startSeconds());
    }

    private long nanos(double modelledSeconds) {
        return Math.round(modelledSeconds / speedup * 1e9);
    }
}
