package io.ephemera.cli.demo;

import java.util.function.LongSupplier;

/** Modelled time, which stands still but while calls are offered: the ports stay as they are as long as somebody explains them. */
final class ModelledClock implements LongSupplier {

    private volatile long nanos;

    @Override
    public long getAsLong() {
        return nanos;
    }

    /** Goes on to an instant, never back. */
    void advanceTo(long toNanos) {
        nanos = Math.max(nanos, toNanos);
    }
}
