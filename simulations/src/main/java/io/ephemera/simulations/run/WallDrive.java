package io.ephemera.simulations.run;

import io.ephemera.ports.Release;
import io.ephemera.reports.Format;
import io.ephemera.reports.RunEnd;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.WallTime;
import io.ephemera.simulations.gatling.AbortiveClose;
import io.ephemera.simulations.load.SharedGateway;
import io.ephemera.simulations.stack.Enforcement;
import io.ephemera.simulations.stack.KernelStack;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Drives a run in wall-clock time, on a kernel's stack: calls that warm up, and then, once their ports are back, the measured ones. */
final class WallDrive extends Drive {

    /** Of the files that this process may open, calls may have so many; the rest is for the run's own. */
    private static final double FILES_SHARE = 0.75;

    /** On a busy machine the target is told of a close some time after the client has ended. */
    private static final long CLOSE_NANOS = 3_000_000_000L;

    private static final long CLOSE_LOOK_NANOS = 5_000_000L;

    private final KernelStack stack;
    private final WallTime warmUp;
    private final WallTime measured;
    private volatile @Nullable Starter generator;
    private volatile @Nullable WallRecorder recorder;

    WallDrive(RunContext run, KernelStack stack, Runnable onOver) {
        super(run);
        SharedGateway gateway = run.settings().platform().gateway();
        if (gateway != null) {
            AbortiveClose.connectTimeout((int) gateway.connectTimeout().toMillis());
        }
        this.stack = stack;
        this.warmUp = new WallTime(run.warmUpUsers(), Long.MAX_VALUE, user -> {}, this::warmedUp);
        this.measured = new WallTime(
                run.users(), mostUnderWay(run.target()), user -> recorder().ended(user), onOver);
    }

    /** A generator that is behind starts calls all the same, until this process may open no more files. */
    private static long mostUnderWay(Target target) {
        int filesPerUser = target.isOwn() ? 2 : 1;
        return files().map(unix -> (long) (unix.getMaxFileDescriptorCount() * FILES_SHARE) / filesPerUser)
                .orElse(Long.MAX_VALUE);
    }

    @Override
    public void begin(Starter starter) {
        generator = starter;
        warmUp.begin(System.nanoTime(), starter);
    }

    /** On a thread of its own, since it waits, and event loops close the connections of the warm-up meanwhile. */
    private void warmedUp() {
        Thread thread = new Thread(this::measure, "ephemera-measure");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((measuring, fault) -> Exit.crash(fault));
        thread.start();
    }

    private void measure() {
        awaitWarmUpClosed();
        measures();
        Enforcement limits = stack.measure(run.target().endpoints());
        enforcement = limits;
        long origin = System.nanoTime() + stack.settleNanos();
        WallRecorder started = new WallRecorder(run, limits, origin, this::recordingFailed);
        recorder = started;
        started.start();
        measured.begin(origin, Objects.requireNonNull(generator));
    }

    /** What the target counts from now on is the run's. */
    private void awaitWarmUpClosed() {
        long deadline = System.nanoTime() + CLOSE_NANOS;
        while (run.usage().connectionPlan().end() == Release.ACTIVE_CLOSE
                && run.target().openConnections() > 0
                && System.nanoTime() < deadline) {
            LockSupport.parkNanos(CLOSE_LOOK_NANOS);
        }
    }

    @Override
    public void ended(VirtualUser user) {
        (user.isWarmUp() ? warmUp : measured).ended(user);
    }

    @Override
    public boolean isOver() {
        return recorder != null && measured.isOver();
    }

    @Override
    long startedCalls() {
        return measured.startedCalls();
    }

    @Override
    WallRecorder recorder() {
        return Objects.requireNonNull(recorder, "no measured call was made");
    }

    @Override
    RunEnd.@Nullable PoolCounts pool() {
        return null;
    }

    @Override
    List<String> clockFaults() {
        long underWay = measured.tooManyUnderWay();
        return underWay == 0
                ? List.of()
                : List.of("the generator fell behind and stopped offering calls, " + Format.count(startedCalls())
                        + " of " + Format.count(run.schedule().calls()) + " were made: " + Format.count(underWay)
                        + " were under way, and this process may open too few files for more (ulimit -n)");
    }
}
