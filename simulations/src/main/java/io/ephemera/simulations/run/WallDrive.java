package io.ephemera.simulations.run;

import com.sun.management.UnixOperatingSystemMXBean;
import io.ephemera.ports.Release;
import io.ephemera.reports.RunEnd;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.WallTime;
import io.ephemera.simulations.stack.Enforcement;
import io.ephemera.simulations.stack.KernelStack;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Drives a run on the wall, on a kernel's stack: calls that warm up, and then, once their ports are back, the measured ones. */
final class WallDrive implements Drive {

    /** Of the files that this process may open, calls may have so many; the rest is for the run's own. */
    private static final double FILES_SHARE = 0.75;

    private final Preparation prepared;
    private final KernelStack stack;
    private final Notices notices;
    private final WallTime warmUp;
    private final WallTime measured;
    private volatile @Nullable Starter generator;
    private volatile @Nullable Enforcement enforcement;
    private volatile @Nullable WallRecorder recorder;

    /** On a busy machine the target is told of a close some time after the client has ended. */
    private static final long CLOSE_NANOS = 3_000_000_000L;

    private static final long CLOSE_LOOK_NANOS = 5_000_000L;

    WallDrive(Preparation prepared, KernelStack stack, Notices notices) {
        this.prepared = prepared;
        this.stack = stack;
        this.notices = notices;
        this.warmUp = new WallTime(prepared.warmUpUsers(), Long.MAX_VALUE, user -> {}, this::warmedUp);
        this.measured = new WallTime(
                prepared.users(),
                mostUnderWay(prepared.target()),
                user -> recorder().ended(user),
                notices.over());
    }

    /** A generator that is behind starts calls all the same, until this process may open no more files. */
    private static long mostUnderWay(Target target) {
        int filesPerUser = target.isOwn() ? 2 : 1;
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? (long) (unix.getMaxFileDescriptorCount() * FILES_SHARE) / filesPerUser
                : Long.MAX_VALUE;
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
        thread.start();
    }

    /** What the target counts from now on is the run's. */
    private void awaitWarmUpClosed() {
        long deadline = System.nanoTime() + CLOSE_NANOS;
        while (prepared.usage().connectionPlan().end() == Release.ACTIVE_CLOSE
                && prepared.target().openConnections() > 0
                && System.nanoTime() < deadline) {
            LockSupport.parkNanos(CLOSE_LOOK_NANOS);
        }
    }

    private void measure() {
        awaitWarmUpClosed();
        notices.measures().run();
        Enforcement limits = stack.measure(prepared.target().endpoints());
        enforcement = limits;
        long origin = System.nanoTime() + stack.settleNanos();
        WallRecorder started = new WallRecorder(prepared, limits, origin, notices.recordingFailed());
        recorder = started;
        started.start();
        measured.begin(origin, Objects.requireNonNull(generator));
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
    public long startedCalls() {
        return measured.startedCalls();
    }

    @Override
    public WallRecorder recorder() {
        WallRecorder now = recorder;
        if (now == null) {
            throw new IllegalStateException("no measured call was made");
        }
        return now;
    }

    @Override
    public @Nullable Enforcement enforcement() {
        return enforcement;
    }

    @Override
    public RunEnd.@Nullable PoolCounts pool() {
        return null;
    }

    @Override
    public List<String> faults() {
        long underWay = measured.tooManyUnderWay();
        return underWay == 0
                ? List.of()
                : List.of(String.format(
                        Locale.ROOT,
                        "the generator fell behind and stopped offering calls, %,d of %,d were made: %,d were under way,"
                                + " and this process may open too few files for more (ulimit -n)",
                        startedCalls(),
                        prepared.schedule().calls(),
                        underWay));
    }
}
