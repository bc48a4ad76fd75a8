package io.ephemera.simulations.run;

import io.ephemera.ports.PortStates;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.ports.run.Schedule;
import io.ephemera.reports.CallByCall;
import io.ephemera.reports.FirstExhaustion;
import io.ephemera.reports.LiveProgress;
import io.ephemera.reports.RecordingWriter;
import io.ephemera.reports.Terminal;
import io.ephemera.reports.live.LiveServer;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import io.ephemera.simulations.stack.Enforcement.Held;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Counts what becomes of users in slices of time, writes each slice once it is over, so that memory grows neither with the calls nor
 * with the length of the run, and shows how far it is. What it is told is done in that order on its own thread.
 */
abstract class Recorder {

    final RunPlan plan;
    final Schedule schedule;
    final RecordingWriter writer;

    /** What is told meanwhile is done at once: to wake this thread for each would cost the processor that the calls need. */
    private static final long GATHERING_NANOS = 5_000_000;

    private final Runnable onFailure;
    private final @Nullable LiveServer live;
    private final LiveProgress progress;
    private final BlockingQueue<Runnable> told = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::record, "ephemera-recorder");
    private final boolean[] exhaustedSteps;

    // Read by whoever watches as well.
    private final AtomicLong exhausted = new AtomicLong();
    private volatile @Nullable FirstExhaustion first;

    // Of the recorder's thread; final once it has finished.
    private boolean finishing;
    private boolean isCutOff;
    private long ended;
    private long challenged;
    private long ok;
    private int latestStep = -1;
    private long okAtLatestStep;
    private int shownStep = -1;
    private double shownSeconds;
    private long shownOk;
    private long shownNanos;

    private volatile @Nullable Throwable failure;

    /** @param onFailure called on this recorder's thread if the recording can't be written */
    Recorder(RunContext run, Runnable onFailure) {
        this.plan = run.plan();
        this.schedule = run.schedule();
        this.writer = run.writer();
        this.onFailure = onFailure;
        this.live = run.output().live();
        this.progress = new LiveProgress(System.out, Terminal.isOutput(), plan);
        this.exhaustedSteps = new boolean[plan.steps().size()];
        thread.setDaemon(true);
    }

    final void tell(Runnable what) {
        told.add(what);
    }

    void start() {
        shownNanos = System.nanoTime();
        if (live != null) {
            live.watch(this::moment);
        }
        thread.start();
    }

    /**
     * Writes what is left; all counts are final then, and what is told later is not heard.
     *
     * @param cutOff whether the run ends before its last call
     */
    final void finish(boolean cutOff) throws InterruptedException {
        tell(() -> {
            finishing = true;
            isCutOff = cutOff;
        });
        thread.join();
        progress.finish();
    }

    private void record() {
        try {
            while (!finishing) {
                Runnable next = told.poll();
                if (next == null) {
                    LockSupport.parkNanos(Math.min(GATHERING_NANOS, patienceNanos()));
                    next = told.poll(patienceNanos(), TimeUnit.NANOSECONDS);
                }
                if (next != null) {
                    next.run();
                }
                heard(next != null);
            }
            writeRest(isCutOff);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            failure = e;
            onFailure.run();
        }
    }

    abstract long patienceNanos();

    abstract void heard(boolean anything);

    abstract void writeRest(boolean cutOff);

    /**
     * The slice to which a moment belongs.
     *
     * @param epochMillis of the wall, in milliseconds since the epoch
     */
    abstract SliceCounts slice(long epochMillis);

    final void count(VirtualUser user) {
        List<Outcome> outcomes = user.outcomes();
        if (user.challengedExchanges() > 0) {
            slice(outcomes.isEmpty() ? 0 : outcomes.get(0).endMillis())
                    .challenged(user.step(), user.challengedMillis());
            challenged += user.challengedExchanges();
        }
        for (Outcome outcome : outcomes) {
            SliceCounts counts = slice(outcome.endMillis());
            ended++;
            if (outcome.isOk()) {
                ok++;
                counts.ok(user.step(), outcome.millis());
            } else {
                exhausted.addAndGet(isExhausted(outcome) ? 1 : 0);
                counts.failed(user.step(), outcome.kind(), outcome.millis());
            }
        }
        if (user.step() > latestStep) {
            latestStep = user.step();
            okAtLatestStep = ok;
        }
    }

    static boolean isExhausted(Outcome outcome) {
        return FailureKind.isExhaustion(outcome.kind());
    }

    /** The first of the user's calls that found no port. */
    static Optional<Outcome> exhaustion(VirtualUser user) {
        return user.outcomes().stream().filter(Recorder::isExhausted).findFirst();
    }

    /**
     * A call found no port: the first of its step is written.
     *
     * @param intoStepSeconds when, modelled
     * @param held what held the ports then
     */
    final void firstExhaustion(int step, double intoStepSeconds, Held held, String message) {
        if (!exhaustedSteps[step]) {
            exhaustedSteps[step] = true;
            FirstExhaustion found = new FirstExhaustion(step, intoStepSeconds, held.live(), held.timeWait(), message);
            first = first == null ? found : first;
            writer.firstExhaustion(found);
        }
    }

    final boolean isToShow(long nowNanos) {
        return nowNanos - shownNanos >= LiveProgress.INTERVAL_NANOS;
    }

    /** Shows a moment of modelled time. The rate of successes is that of the step alone, since it was last shown. */
    final void show(double seconds, long nowNanos, Held held, double wallSecondsLeft) {
        int step = schedule.stepAt(seconds);
        if (step != shownStep) {
            shownStep = step;
            shownSeconds = plan.steps().get(step).startSeconds();
            shownOk = step == latestStep ? okAtLatestStep : ok;
        }
        if (seconds <= shownSeconds) {
            return;
        }
        progress.show(
                new LiveProgress.View(
                        seconds,
                        step,
                        (ok - shownOk) / (seconds - shownSeconds),
                        exhausted.get(),
                        held.timeWait(),
                        held.live(),
                        wallSecondsLeft),
                nowNanos);
        shownSeconds = seconds;
        shownOk = ok;
        shownNanos = nowNanos;
    }

    /** Right now, for whoever watches; may be asked by any thread, and changes nothing. */
    private LiveServer.Moment moment() {
        return new LiveServer.Moment(portStates(), exhausted.get(), first);
    }

    /** What each port is doing; {@code null} where nobody can tell. */
    @Nullable
    PortStates portStates() {
        return null;
    }

    final long endedCalls() {
        return ended;
    }

    final long challengedExchanges() {
        return challenged;
    }

    final long okExchanges() {
        return ok + challenged;
    }

    /** How each call compares with its plan; {@code null} in wall-clock time. */
    @Nullable
    CallByCall callByCall() {
        return null;
    }

    /** Why no other calls are to be offered; {@code null} while they are. */
    @Nullable
    String stopReason() {
        return null;
    }

    final @Nullable Throwable failure() {
        return failure;
    }
}
