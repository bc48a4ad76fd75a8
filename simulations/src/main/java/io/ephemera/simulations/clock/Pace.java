package io.ephemera.simulations.clock;

import org.jspecify.annotations.Nullable;

/** Modelled time goes no faster than a number of modelled seconds per second of the wall. Guarded by the clock that it belongs to. */
final class Pace {

    private final @Nullable Double pace;
    private final Wall wall;
    private final Runnable onTime;
    private long beganNanos;
    private boolean alarmSet;

    /**
     * @param pace modelled seconds per second of the wall, at most; {@code null}: as fast as the machine can
     * @param onTime called when it is no longer too soon
     */
    Pace(@Nullable Double pace, Wall wall, Runnable onTime) {
        this.pace = pace;
        this.wall = wall;
        this.onTime = onTime;
    }

    void begin() {
        beganNanos = wall.nanos();
    }

    /** Whether it is too soon for a modelled instant; then it is told when it no longer is. */
    boolean isTooSoon(long atNanos) {
        if (pace == null) {
            return false;
        }
        long leftNanos = beganNanos + Math.round(atNanos / pace) - wall.nanos();
        if (leftNanos > 0 && !alarmSet) {
            alarmSet = true;
            wall.after(leftNanos, onTime);
        }
        return leftNanos > 0;
    }

    void rang() {
        alarmSet = false;
    }
}
