package io.ephemera.simulations.run;

import io.ephemera.reports.FirstExhaustion;
import io.ephemera.reports.LiveProgress;
import io.ephemera.reports.RecordingWriter;
import io.ephemera.reports.RunPlan;
import io.ephemera.simulations.gatling.ResponseListener;
import io.ephemera.simulations.load.Schedule;
import io.ephemera.simulations.stack.Enforcement;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens in slices of time and writes each slice once it is over, so that memory grows neither with the calls nor
 * with the length of the run. Its one thread also samples the pool at the end of each slice and shows the progress.
 */
final class Recorder {

    /** A response is recorded within moments of its end; slices are written this much later, to miss none. */
    private static final long GRACE_NANOS = 300_000_000L;

    private static final long PROGRESS_NANOS = 250_000_000L;

    private record Open(long index, SliceCounts counts) {}

    private final RunPlan plan;
    private final Schedule schedule;
    private final RecordingWriter writer;
    private final LiveProgress progress;
    private final FailureKind kinds;
    private final Enforcement enforcement;
    private final long originNanos;
    private final long originMillis;
    private final long sliceNanos;
    private final AtomicBoolean[] exhaustedSteps;
    private final ConcurrentSkipListMap<Long, SliceCounts> open = new ConcurrentSkipListMap<>();
    private volatile Open latest = new Open(-1, new SliceCounts());
    private final AtomicLong started = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong challengedLegs = new AtomicLong();
    private final AtomicLong ok = new AtomicLong();
    private final AtomicLong exhausted = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile @Nullable Throwable failure;
    private volatile long nextToWrite;
    private long shownNanos;
    private long shownOk;

    /**
     * @param originNanos start of the first step on {@link System#nanoTime()}
     * @param originMillis the same moment in milliseconds since the epoch
     * @param onFailure called on this recorder's thread if the recording can't be written
     */
    Recorder(
            RunPlan plan,
            Schedule schedule,
            RecordingWriter writer,
            LiveProgress progress,
            FailureKind kinds,
            Enforcement enforcement,
            long originNanos,
            long originMillis,
            Runnable onFailure) {
        this.plan = plan;
        this.schedule = schedule;
        this.writer = writer;
        this.progress = progress;
        this.enforcement = enforcement;
        this.originNanos = originNanos;
        this.originMillis = originMillis;
        this.sliceNanos = Math.round(plan.sliceSeconds() / plan.speedup() * 1e9);
        this.kinds = kinds;
        this.exhaustedSteps = new AtomicBoolean[plan.steps().size()];
        for (int step = 0; step < exhaustedSteps.length; step++) {
            exhaustedSteps[step] = new AtomicBoolean();
        }
        this.shownNanos = originNanos;
        this.thread = new Thread(() -> record(onFailure), "ephemera-recorder");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * A user starts with call n.
     *
     * @param calls how many it is to make, one after the other
     */
    void started(long n, int calls, long nowNanos) {
        started.addAndGet(calls);
        long lateNanos = nowNanos - originNanos - schedule.startNanos(n);
        counts(nowNanos - originNanos).started(schedule.stepOf(n), Math.max(0, lateNanos / 1_000_000));
    }

    /** A worker of a closed loop starts a call that was due so long ago. */
    void startedBy(long lateNanos, long nowNanos) {
        started.incrementAndGet();
        counts(nowNanos - originNanos).started(0, Math.max(0, lateNanos / 1_000_000));
    }

    /**
     * A leg of a call of a step has ended, as Gatling saw it. One that was challenged, as it was to be, is followed by another;
     * with any other the call has ended.
     *
     * @param calls how many have ended with it: those of a user who found no connection for the first of them are lost together
     */
    void ended(
            int step,
            int calls,
            long startMillis,
            long endMillis,
            boolean legOk,
            @Nullable String httpStatus,
            @Nullable String message) {
        SliceCounts counts = counts((endMillis - originMillis) * 1_000_000);
        if (ResponseListener.isChallenged(legOk, httpStatus)) {
            counts.challenged(step, endMillis - startMillis);
            challengedLegs.incrementAndGet();
            return;
        }
        if (legOk) {
            counts.ok(step, endMillis - startMillis);
            ok.incrementAndGet();
        } else {
            String kind = kinds.of(httpStatus, message);
            counts.failed(step, kind, calls, endMillis - startMillis);
            if (kind.equals(FailureKind.EXHAUSTED)) {
                refusals.incrementAndGet();
                exhausted.addAndGet(calls);
                if (exhaustedSteps[step].compareAndSet(false, true)) {
                    firstExhaustion(step, startMillis, String.valueOf(message));
                }
            }
        }
        ended.addAndGet(calls);
    }

    /** Writes what is left and ends the thread. */
    void finish() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        thread.join();
        progress.finish();
    }

    long startedCalls() {
        return started.get();
    }

    long endedCalls() {
        return ended.get();
    }

    long challengedLegs() {
        return challengedLegs.get();
    }

    /** Legs that were answered as they were to be. */
    long okLegs() {
        return ok.get() + challengedLegs.get();
    }

    /** Connections refused for want of a port. */
    long refusals() {
        return refusals.get();
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    private SliceCounts counts(long sinceOriginNanos) {
        // What comes too late for its slice belongs to the oldest that is not written yet.
        long index = Math.max(Math.max(0, sinceOriginNanos) / sliceNanos, nextToWrite);
        // Nearly all that happens belongs to the slice that the event before belonged to.
        Open known = latest;
        return known.index == index ? known.counts : opened(index);
    }

    private SliceCounts opened(long index) {
        SliceCounts counts = open.computeIfAbsent(index, i -> new SliceCounts());
        latest = new Open(index, counts);
        return counts;
    }

    private void firstExhaustion(int step, long startMillis, String message) {
        double intoStepNanos = (startMillis - originMillis) * 1e6 - schedule.stepStartNanos(step);
        Enforcement.Held held = enforcement.atLastExhaustion();
        writer.firstExhaustion(new FirstExhaustion(
                step, Math.max(0, intoStepNanos) / 1e9 * plan.speedup(), held.live(), held.timeWait(), message));
    }

    private void record(Runnable onFailure) {
        try {
            for (long index = 0; !stopping; index++) {
                long end = originNanos + (index + 1) * sliceNanos;
                for (long now = System.nanoTime(); now < end && !stopping; now = System.nanoTime()) {
                    show(now);
                    LockSupport.parkNanos(Math.min(end - now, PROGRESS_NANOS));
                }
                open.computeIfAbsent(index, i -> new SliceCounts()).ports(enforcement.ports());
                writeUpTo(index + 1 - Math.max(1, GRACE_NANOS / sliceNanos));
            }
            writeUpTo(Long.MAX_VALUE);
        } catch (RuntimeException e) {
            failure = e;
            onFailure.run();
        }
    }

    private void writeUpTo(long exclusive) {
        while (!open.isEmpty() && open.firstKey() < exclusive) {
            long index = open.firstKey();
            nextToWrite = index + 1;
            SliceCounts counts = open.remove(index);
            if (counts != null) {
                writer.slice(counts.slice(index));
            }
        }
    }

    private void show(long now) {
        if (now - shownNanos < PROGRESS_NANOS) {
            return;
        }
        long okNow = ok.get();
        double modelled = (now - originNanos) / 1e9 * plan.speedup();
        int step = schedule.stepAt(modelled);
        Enforcement.Held state = enforcement.now();
        double okRate = (okNow - shownOk) / ((now - shownNanos) / 1e9) / plan.speedup();
        progress.show(
                new LiveProgress.View(
                        modelled,
                        step,
                        plan.steps().size(),
                        plan.steps().get(step).offeredCallsPerSecond(),
                        okRate,
                        exhausted.get(),
                        state.timeWait(),
                        state.live(),
                        plan.effectivePorts(),
                        Math.max(0, (originNanos + schedule.durationNanos() - now) / 1e9)),
                now);
        shownNanos = now;
        shownOk = okNow;
    }
}
