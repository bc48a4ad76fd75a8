package io.ephemera.simulations.run;

import io.ephemera.reports.FirstExhaustion;
import io.ephemera.reports.LiveProgress;
import io.ephemera.reports.RecordingWriter;
import io.ephemera.reports.RunPlan;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.gatling.ResponseListener.Response;
import io.ephemera.simulations.load.Schedule;
import io.ephemera.simulations.stack.Enforcement;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens in slices of time and writes each slice once it is over, so that memory grows neither with the calls nor
 * with the length of the run. Its one thread also samples the pool at the end of each slice and shows the progress. The clock is the
 * wall's: a call belongs to the slice in which Gatling saw it end.
 */
final class WallRecorder implements Recorder {

    /** A response is recorded within moments of its end; slices are written this much later, to miss none. */
    private static final long GRACE_NANOS = 300_000_000L;

    private record Open(long index, SliceCounts counts) {}

    private final RunPlan plan;
    private final Schedule schedule;
    private final RecordingWriter writer;
    private final LiveProgress progress;
    private final Enforcement enforcement;
    private final long originNanos;
    private final long originMillis;
    private final long sliceNanos;
    private final AtomicBoolean[] exhaustedSteps;
    private final ConcurrentSkipListMap<Long, SliceCounts> open = new ConcurrentSkipListMap<>();
    private volatile Open latest = new Open(-1, new SliceCounts());
    private final AtomicLong started = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong challengedExchanges = new AtomicLong();
    private final AtomicLong ok = new AtomicLong();
    private final AtomicLong exhausted = new AtomicLong();
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
    WallRecorder(
            RunPlan plan,
            Schedule schedule,
            RecordingWriter writer,
            LiveProgress progress,
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
        this.exhaustedSteps = new AtomicBoolean[plan.steps().size()];
        for (int step = 0; step < exhaustedSteps.length; step++) {
            exhaustedSteps[step] = new AtomicBoolean();
        }
        this.shownNanos = originNanos;
        this.thread = new Thread(() -> record(onFailure), "ephemera-recorder");
        thread.setDaemon(true);
    }

    @Override
    public void start() {
        thread.start();
    }

    /** A user starts. */
    void started(VirtualUser user, long nowNanos) {
        started.addAndGet(user.calls());
        long lateNanos = nowNanos - originNanos - user.dueNanos();
        counts(nowNanos - originNanos).started(user.step(), Math.max(0, lateNanos / 1_000_000));
    }

    /** An exchange has ended that another follows, as it was to be. */
    void challenged(VirtualUser user, Response response) {
        counts((response.endMillis() - originMillis) * 1_000_000)
                .challenged(user.step(), response.endMillis() - response.startMillis());
        challengedExchanges.incrementAndGet();
    }

    /** A call has ended, as Gatling saw it. */
    void ended(VirtualUser user, Response response, String kind) {
        SliceCounts counts = counts((response.endMillis() - originMillis) * 1_000_000);
        int step = user.step();
        if (response.ok()) {
            counts.ok(step, response.endMillis() - response.startMillis());
            ok.incrementAndGet();
        } else {
            // A user without a connection leaves, and the calls that it has not made are lost with its first.
            boolean leaves = response.httpStatus() == null && user.outcomes().size() == 1;
            int lost = leaves ? user.calls() - 1 : 0;
            counts.failed(step, kind, 1 + lost, response.endMillis() - response.startMillis());
            ended.addAndGet(lost);
            if (kind.equals(FailureKind.EXHAUSTED)) {
                exhausted.addAndGet(1 + lost);
                if (exhaustedSteps[step].compareAndSet(false, true)) {
                    firstExhaustion(step, response.startMillis(), String.valueOf(response.message()));
                }
            }
        }
        ended.incrementAndGet();
    }

    @Override
    public void finish() throws InterruptedException {
        stopping = true;
        LockSupport.unpark(thread);
        thread.join();
        progress.finish();
    }

    @Override
    public long startedCalls() {
        return started.get();
    }

    @Override
    public long endedCalls() {
        return ended.get();
    }

    @Override
    public long challengedExchanges() {
        return challengedExchanges.get();
    }

    @Override
    public long okExchanges() {
        return ok.get() + challengedExchanges.get();
    }

    @Override
    public @Nullable Throwable failure() {
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
                    LockSupport.parkNanos(Math.min(end - now, LiveProgress.INTERVAL_NANOS));
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
        if (now - shownNanos < LiveProgress.INTERVAL_NANOS) {
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
