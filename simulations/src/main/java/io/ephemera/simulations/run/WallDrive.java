package io.ephemera.simulations.run;

import com.sun.management.UnixOperatingSystemMXBean;
import io.ephemera.reports.LiveProgress;
import io.ephemera.reports.RunEnd;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.clock.VirtualUser.Outcome;
import io.ephemera.simulations.clock.WallTime;
import io.ephemera.simulations.gatling.ResponseListener.Response;
import io.ephemera.simulations.stack.Enforcement;
import io.ephemera.simulations.stack.KernelStack;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Drives a run on the wall, on a kernel's stack: calls that warm up, and then, once their ports are back, the measured ones. */
final class WallDrive implements Drive {

    /** Of the files that this process may open, calls may have so many; the rest is for the run's own. */
    private static final double FILES_SHARE = 0.75;

    private final Preparation prepared;
    private final KernelStack stack;
    private final WallTime warmUp;
    private final WallTime measured;
    private final Runnable onMeasure;
    private final long mostUnderWay;
    private final AtomicReference<@Nullable WallRecorder> recorder = new AtomicReference<>();
    private final AtomicReference<@Nullable String> gaveUp = new AtomicReference<>();
    private final Runnable onRecordingFailed;
    private @Nullable Starter starter;
    private volatile @Nullable Enforcement enforcement;

    /** @param onMeasure called before the first of the measured calls, when those that warm up have ended */
    WallDrive(
            Preparation prepared, KernelStack stack, Runnable onMeasure, Runnable onRecordingFailed, Runnable onOver) {
        this.prepared = prepared;
        this.stack = stack;
        this.onMeasure = onMeasure;
        this.onRecordingFailed = onRecordingFailed;
        int callsPerUser = prepared.usage().callsPerUser();
        int filesPerUser = prepared.target().isOwn() ? 2 : 1;
        this.mostUnderWay = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? (long) (unix.getMaxFileDescriptorCount() * FILES_SHARE) / filesPerUser
                : Long.MAX_VALUE;
        this.warmUp = new WallTime(
                new ScheduledUsers(prepared.warmUp(), callsPerUser, prepared.warmUpEndpoints(), true),
                user -> true,
                this::measure);
        this.measured = new WallTime(
                new ScheduledUsers(prepared.schedule(), callsPerUser, prepared.endpoints(), false),
                this::mayStart,
                onOver);
    }

    @Override
    public void begin(Starter generator) {
        starter = generator;
        warmUp.begin(System.nanoTime(), generator);
    }

    private void measure() {
        onMeasure.run();
        Enforcement limits = stack.measure(prepared.target().endpoints());
        enforcement = limits;
        long settle = stack.settleNanos();
        long origin = System.nanoTime() + settle;
        WallRecorder started = new WallRecorder(
                prepared.plan(),
                prepared.schedule(),
                prepared.writer(),
                new LiveProgress(System.out, Terminal.isOutput()),
                limits,
                origin,
                System.currentTimeMillis() + settle / 1_000_000,
                onRecordingFailed);
        recorder.set(started);
        started.start();
        Starter generator = starter;
        if (generator == null) {
            throw new IllegalStateException("the generator is not ready");
        }
        measured.begin(origin, (user, here) -> {
            started.started(user, System.nanoTime());
            generator.start(user, here);
        });
    }

    /** A generator that is behind starts calls all the same, until this process may open no more files. */
    private boolean mayStart(VirtualUser user) {
        WallRecorder now = recorder();
        long underWay = (now.startedCalls() - now.endedCalls()) / user.calls();
        if (underWay < mostUnderWay) {
            return true;
        }
        gaveUp.set(String.format(
                Locale.ROOT,
                "the generator fell behind and stopped offering calls, %,d of %,d were made: %,d were under way, and this process may"
                        + " open too few files for more (ulimit -n)",
                now.startedCalls(),
                prepared.schedule().calls(),
                underWay));
        return false;
    }

    @Override
    public void ended(VirtualUser user) {
        (user.isWarmUp() ? warmUp : measured).ended(user);
    }

    @Override
    public boolean isOver() {
        return recorder.get() != null && measured.isOver();
    }

    @Override
    public void ended(VirtualUser user, Response response, String kind) {
        user.ended(new Outcome(kind, response.endMillis() - response.startMillis(), response.message()));
        if (!user.isWarmUp()) {
            recorder().ended(user, response, kind);
        }
    }

    @Override
    public void challenged(VirtualUser user, Response response) {
        if (!user.isWarmUp()) {
            recorder().challenged(user, response);
        }
    }

    @Override
    public @Nullable Enforcement enforcement() {
        return enforcement;
    }

    @Override
    public WallRecorder recorder() {
        WallRecorder now = recorder.get();
        if (now == null) {
            throw new IllegalStateException("no measured call was made");
        }
        return now;
    }

    @Override
    public RunEnd.@Nullable PoolCounts pool() {
        return null;
    }

    @Override
    public List<String> faults() {
        String reason = gaveUp.get();
        return reason == null ? List.of() : List.of(reason);
    }
}
