package io.ephemera.simulations.run;

import io.ephemera.ports.PoolSnapshot;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortTimeline;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.reports.CallByCall;
import io.ephemera.reports.FirstExhaustion;
import io.ephemera.reports.LiveProgress;
import io.ephemera.reports.RecordingWriter;
import io.ephemera.reports.RunEnd;
import io.ephemera.reports.RunPlan;
import io.ephemera.reports.Slice;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.VirtualUser.Hold;
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import io.ephemera.simulations.load.ConnectionPlan;
import io.ephemera.simulations.load.Schedule;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records a run in virtual time. It is told of the users in the order of their instants, and on its own thread replays what each has
 * done to the ports: so the curves are exact at each instant, whatever the order in which things really happened. Beside it goes
 * the plan, call by call: what each was to find, given how long those before it really lived.
 */
final class VirtualRecorder implements Recorder {

    private static final long PATIENCE_MILLIS = 1_000;

    /** The recording can't be trusted anyhow beyond this share of calls that fail otherwise. */
    private static final double OTHER_FAILURES_SHARE = 0.001;

    private static final long LEAST_OTHER_FAILURES = 20;

    private static final double FORETELLING_SHARE = 0.01;

    /** What the recorder is told, in the order of the instants. */
    private sealed interface Told {
        /** A user has settled. */
        record Settled(VirtualUser user) implements Told {}

        /** The ports in TIME_WAIT were put back. */
        record Reset(long atNanos) implements Told {}

        /** There is no more. */
        record End() implements Told {}
    }

    /**
     * What a recorder needs of the run.
     *
     * @param plan what was planned
     * @param schedule when
     * @param users what each user is to do with connections
     * @param pools makes an empty pool of the run's limits
     * @param isPlannedByCall whether the plan says what becomes of each call
     */
    record Setting(
            RunPlan plan, Schedule schedule, ConnectionPlan users, Supplier<PortPool> pools, boolean isPlannedByCall) {}

    private final RunPlan plan;
    private final Schedule schedule;
    private final ConnectionPlan users;
    private final boolean isPlannedByCall;
    private final PortTimeline measured;
    private final PortTimeline planned;
    private final RecordingWriter writer;
    private final LiveProgress progress;
    private final Stall stall;
    private final Runnable onFailure;
    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final long sliceNanos;
    private final boolean[] exhaustedSteps;
    private final ConnectionUseTally use = new ConnectionUseTally();
    private final long plannedCalls;

    // Of the recorder's thread.
    private SliceCounts counts = new SliceCounts();
    private long slice;
    private long ended;
    private long challenged;
    private long ok;
    private long exhausted;
    private long otherFailures;
    private long liveAtExhaustion;
    private long timeWaitAtExhaustion;
    private long refusals;
    private long shownNanos;
    private long shownOk;
    private double shownSeconds;
    private long beganNanos;
    private long different;
    private CallByCall.@Nullable Difference firstDifference;

    private volatile @Nullable Throwable failure;
    private volatile @Nullable String stopReason;

    /** Who is asked where nothing has happened for a while. */
    interface Stall {
        /** Nothing was told for so many seconds, in which this thread had the processor. */
        void lasts(int seconds);

        /** Nothing more is to be offered. */
        void stop();

        /** Calls that were started. */
        long startedCalls();
    }

    VirtualRecorder(Setting setting, RecordingWriter writer, LiveProgress progress, Stall stall, Runnable onFailure) {
        this.plan = setting.plan;
        this.schedule = setting.schedule;
        this.users = setting.users;
        this.isPlannedByCall = setting.isPlannedByCall;
        this.measured = new PortTimeline(setting.pools.get());
        this.planned = new PortTimeline(setting.pools.get());
        this.writer = writer;
        this.progress = progress;
        this.stall = stall;
        this.onFailure = onFailure;
        this.sliceNanos = Math.round(plan.sliceSeconds() * 1e9);
        this.exhaustedSteps = new boolean[plan.steps().size()];
        this.plannedCalls =
                plan.steps().stream().mapToLong(RunPlan.PlannedStep::calls).sum();
        this.thread = new Thread(this::record, "ephemera-recorder");
        thread.setDaemon(true);
    }

    /** A user and all before it have settled. */
    void settled(VirtualUser user) {
        told.add(new Told.Settled(user));
    }

    /** The ports in TIME_WAIT were put back. */
    void reset(long atNanos) {
        told.add(new Told.Reset(atNanos));
    }

    @Override
    public void start() {
        beganNanos = System.nanoTime();
        shownNanos = beganNanos;
        thread.start();
    }

    @Override
    public void finish() throws InterruptedException {
        told.add(new Told.End());
        thread.join();
        progress.finish();
    }

    private void record() {
        try {
            int quietSeconds = 0;
            while (true) {
                Told next = told.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                if (next instanceof Told.Settled settled) {
                    quietSeconds = 0;
                    record(settled.user);
                } else if (next instanceof Told.Reset reset) {
                    closeSlicesBefore(reset.atNanos);
                    measured.clearTimeWait(reset.atNanos);
                    planned.clearTimeWait(reset.atNanos);
                } else if (next instanceof Told.End) {
                    // The last slice may be longer than what is left, and of a run that was stopped it holds its last
                    // calls.
                    long whole = schedule.durationNanos() + sliceNanos - 1;
                    closeSlicesBefore(stopReason == null ? whole : Math.min(whole, (slice + 1) * sliceNanos));
                    return;
                } else {
                    stall.lasts(++quietSeconds);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
            onFailure.run();
        }
    }

    private void record(VirtualUser user) {
        long due = user.dueNanos();
        closeSlicesBefore(due);
        compare(user);
        List<Hold> holds = user.holds();
        boolean anyFailedOtherwise = false;
        if (user.refusals() > 0 && user.calls() > 0) {
            PoolSnapshot ports = measured.snapshot(due);
            liveAtExhaustion += (long) ports.live() * user.refusals();
            timeWaitAtExhaustion += (long) ports.timeWait() * user.refusals();
            refusals += user.refusals();
            firstExhaustion(user, ports);
        }
        for (Hold hold : holds) {
            long lease = measured.begin(drawsFrom(user), due);
            Release how = hold.how();
            if (lease != PortPool.EXHAUSTED && how != null) {
                measured.end(lease, hold.untilNanos(), how);
            }
        }
        if (user.challengedExchanges() > 0) {
            counts.challenged(user.step(), user.challengedMillis());
            challenged += user.challengedExchanges();
        }
        for (Outcome outcome : user.outcomes()) {
            ended++;
            if (outcome.isOk()) {
                ok++;
                counts.ok(user.step(), outcome.millis());
            } else {
                boolean noPort = outcome.kind().equals(FailureKind.EXHAUSTED);
                counts.failed(user.step(), outcome.kind(), 1, outcome.millis());
                exhausted += noPort ? 1 : 0;
                otherFailures += noPort || outcome.kind().equals(plan.expectedFailure()) ? 0 : 1;
                anyFailedOtherwise |= !noPort;
            }
        }
        if (!anyFailedOtherwise && user.calls() > 0) {
            use.add(user, users);
        }
        stopIfFailing();
        show(due);
    }

    /** What the user was to find, given how long the connections before it lived; a refusal that was not planned has no life. */
    private void compare(VirtualUser user) {
        if (!isPlannedByCall) {
            return;
        }
        List<Hold> holds = user.holds();
        boolean free = users.play(
                planned,
                drawsFrom(user),
                user.dueNanos(),
                connection -> connection < holds.size() && holds.get(connection).how() != null
                        ? holds.get(connection).untilNanos() - user.dueNanos()
                        : 0);
        boolean found = user.refusals() == 0;
        if (free != found) {
            different += user.calls();
            if (firstDifference == null) {
                firstDifference = new CallByCall.Difference(
                        user.firstCall() + 1,
                        user.dueNanos() / 1e9,
                        free ? Outcome.OK : FailureKind.EXHAUSTED,
                        found ? Outcome.OK : FailureKind.EXHAUSTED);
            }
        }
    }

    /** A socket that is bound before it connects draws from the ports of its own address, wherever it goes. */
    private static RemoteEndpoint drawsFrom(VirtualUser user) {
        InetAddress source = user.source();
        return source == null ? user.remote() : new RemoteEndpoint(source, 0);
    }

    private void firstExhaustion(VirtualUser user, PoolSnapshot ports) {
        int step = user.step();
        if (exhaustedSteps[step]) {
            return;
        }
        exhaustedSteps[step] = true;
        String message = user.outcomes().stream()
                .filter(outcome -> outcome.kind().equals(FailureKind.EXHAUSTED))
                .map(outcome -> String.valueOf(outcome.message()))
                .findFirst()
                .orElse("");
        writer.firstExhaustion(new FirstExhaustion(
                step,
                (user.dueNanos() - schedule.stepStartNanos(step)) / 1e9,
                ports.live(),
                ports.timeWait(),
                message));
    }

    private void closeSlicesBefore(long nanos) {
        while ((slice + 1) * sliceNanos <= nanos) {
            long end = (slice + 1) * sliceNanos;
            int peak = measured.drainPeakTimeWait(end);
            PoolSnapshot ports = measured.snapshot(end);
            counts.ports(new Slice.Ports(ports.live(), ports.timeWait(), ports.free(), ports.heldElsewhere(), peak));
            writer.slice(counts.slice(slice));
            counts = new SliceCounts();
            slice++;
        }
    }

    private void stopIfFailing() {
        if (stopReason == null && otherFailures > Math.max(LEAST_OTHER_FAILURES, OTHER_FAILURES_SHARE * plannedCalls)) {
            stop(String.format(
                    Locale.ROOT,
                    "the run stopped offering calls after %,d that failed otherwise than by exhaustion",
                    otherFailures));
        }
    }

    /** Offers no other calls, for a reason. */
    void stop(String reason) {
        if (stopReason == null) {
            stopReason = reason;
            stall.stop();
        }
    }

    private void show(long dueNanos) {
        long now = System.nanoTime();
        // What is left is foretold from the calls that have ended: the first few say nothing of it.
        if (now - shownNanos < LiveProgress.INTERVAL_NANOS || ended < FORETELLING_SHARE * plannedCalls) {
            return;
        }
        double seconds = dueNanos / 1e9;
        int step = schedule.stepAt(seconds);
        PoolSnapshot ports = measured.snapshot(dueNanos);
        progress.show(
                new LiveProgress.View(
                        seconds,
                        step,
                        plan.steps().size(),
                        plan.steps().get(step).offeredCallsPerSecond(),
                        seconds > shownSeconds ? (ok - shownOk) / (seconds - shownSeconds) : 0,
                        exhausted,
                        ports.timeWait(),
                        ports.live(),
                        plan.effectivePorts(),
                        Math.max(0, plannedCalls - ended) * ((now - beganNanos) / 1e9) / Math.max(1, ended)),
                now);
        shownNanos = now;
        shownOk = ok;
        shownSeconds = seconds;
    }

    @Override
    public long startedCalls() {
        return stall.startedCalls();
    }

    @Override
    public long endedCalls() {
        return ended;
    }

    @Override
    public long challengedExchanges() {
        return challenged;
    }

    @Override
    public long okExchanges() {
        return ok + challenged;
    }

    /** What held the ports when calls were refused, in the order of the instants: in place of what was seen as things happened. */
    RunEnd.PoolCounts exact(RunEnd.PoolCounts counted) {
        return counted.withHeldAtExhaustion(liveAtExhaustion, timeWaitAtExhaustion, refusals);
    }

    @Override
    public CallByCall callByCall() {
        return new CallByCall(different, firstDifference, use.deviations());
    }

    @Override
    public @Nullable String stopReason() {
        return stopReason;
    }

    @Override
    public @Nullable Throwable failure() {
        return failure;
    }
}
