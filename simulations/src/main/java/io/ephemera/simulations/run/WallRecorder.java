package io.ephemera.simulations.run;

import io.ephemera.reports.LiveProgress;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.stack.Enforcement;
import java.util.Map;
import java.util.TreeMap;

/**
 * Records a run in wall-clock time: a call belongs to the slice in which Gatling saw it end, and the ports are looked at when a slice is
 * over.
 */
final class WallRecorder extends Recorder {

    /** A user is recorded within moments of its end; slices are written this much later, to miss none. */
    private static final long GRACE_NANOS = 300_000_000L;

    private final Enforcement enforcement;
    private final long originNanos;
    private final long originMillis;
    private final long sliceNanos;
    private final TreeMap<Long, SliceCounts> open = new TreeMap<>();
    private long current;
    private long nextToWrite;

    /** @param originNanos start of the first step on {@link System#nanoTime()} */
    WallRecorder(RunContext run, Enforcement enforcement, long originNanos, Runnable onFailure) {
        super(run, onFailure);
        this.enforcement = enforcement;
        this.originNanos = originNanos;
        this.originMillis = System.currentTimeMillis() + (originNanos - System.nanoTime()) / 1_000_000;
        this.sliceNanos = Math.round(plan.sliceSeconds() / plan.clock().speedup() * 1e9);
    }

    void ended(VirtualUser user) {
        tell(() -> record(user));
    }

    private void record(VirtualUser user) {
        count(user);
        user.outcomes().stream()
                .findFirst()
                .ifPresent(first -> slice(first.endMillis()).late(user.step(), user.lateMillis()));
        exhaustion(user).ifPresent(outcome -> {
            double intoStepNanos = (outcome.startMillis() - originMillis) * 1e6 - schedule.stepStartNanos(user.step());
            firstExhaustion(
                    user.step(),
                    Math.max(0, intoStepNanos) / 1e9 * plan.clock().speedup(),
                    enforcement.now(),
                    String.valueOf(outcome.message()));
        });
    }

    /** What comes too late for its slice belongs to the oldest that is not written yet. */
    @Override
    SliceCounts slice(long epochMillis) {
        long sinceOriginNanos = (epochMillis - originMillis) * 1_000_000;
        return counts(Math.max(Math.max(0, sinceOriginNanos) / sliceNanos, nextToWrite));
    }

    private SliceCounts counts(long index) {
        return open.computeIfAbsent(index, i -> new SliceCounts());
    }

    private long endNanos(long index) {
        return originNanos + (index + 1) * sliceNanos;
    }

    @Override
    long patienceNanos() {
        return Math.max(0, Math.min(endNanos(current) - System.nanoTime(), LiveProgress.INTERVAL_NANOS));
    }

    @Override
    void heard(boolean anything) {
        long now = System.nanoTime();
        while (endNanos(current) <= now) {
            counts(current).ports(enforcement.ports());
            current++;
            writeUpTo(current - Math.max(1, GRACE_NANOS / sliceNanos));
        }
        if (isToShow(now)) {
            show(
                    (now - originNanos) / 1e9 * plan.clock().speedup(),
                    now,
                    enforcement.now(),
                    Math.max(0, (originNanos + schedule.durationNanos() - now) / 1e9));
        }
    }

    @Override
    void writeRest(boolean cutOff) {
        counts(current).ports(enforcement.ports());
        writeUpTo(Long.MAX_VALUE);
    }

    private void writeUpTo(long exclusive) {
        for (Map.Entry<Long, SliceCounts> first = open.firstEntry();
                first != null && first.getKey() < exclusive;
                first = open.firstEntry()) {
            nextToWrite = first.getKey() + 1;
            open.remove(first.getKey());
            writer.slice(first.getValue().slice(first.getKey()));
        }
    }
}
