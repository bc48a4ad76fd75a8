package io.ephemera.simulations.run;

import io.ephemera.reports.RunEnd;
import io.ephemera.reports.Slice;
import io.ephemera.reports.StoryEnd;
import io.ephemera.reports.TimelineEvent;
import io.ephemera.simulations.scenario.Crew;
import io.ephemera.simulations.scenario.Stage;
import io.ephemera.simulations.scenario.Witness;
import io.ephemera.simulations.stack.Enforcement;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A scenario while it is played: between its witness and the run. */
final class StageOfRun implements Stage {

    private static final long LONGEST_ACTION_SECONDS = 30;

    private final Witness witness;
    private final Preparation prepared;
    private final Enforcement enforcement;
    private final long originNanos;
    private final double speedup;
    private final ScheduledThreadPoolExecutor actions;
    private final AtomicLong probesConnected = new AtomicLong();
    private final AtomicLong probesRefused = new AtomicLong();
    private final AtomicLong apartClosedFirst = new AtomicLong();
    private final AtomicLong apartNotClosedFirst = new AtomicLong();
    private final List<String> faults = new ArrayList<>();

    StageOfRun(Witness witness, Preparation prepared, Enforcement enforcement, long originNanos) {
        this.witness = witness;
        this.prepared = prepared;
        this.enforcement = enforcement;
        this.originNanos = originNanos;
        this.speedup = prepared.plan().speedup();
        this.actions = new ScheduledThreadPoolExecutor(1, action -> {
            Thread thread = new Thread(action, "ephemera-stage");
            thread.setDaemon(true);
            return thread;
        });
        actions.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    void begin() {
        witness.begin(this);
    }

    @Nullable
    Crew crew() {
        return witness.crew();
    }

    /** The moment on {@link System#nanoTime()}. */
    long nanosOf(double seconds) {
        return originNanos + Math.round(seconds / speedup * 1e9);
    }

    void ended(long call, boolean ok) {
        witness.ended(call, seconds(), ok);
    }

    /** What was seen, once the last action has ended. */
    StoryEnd end() throws InterruptedException {
        actions.shutdown();
        if (!actions.awaitTermination(LONGEST_ACTION_SECONDS, TimeUnit.SECONDS)) {
            fault("an action of the scenario did not end within " + LONGEST_ACTION_SECONDS + " s, wall-clock");
        }
        return witness.end();
    }

    synchronized List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        all.addAll(witness.faults());
        return all;
    }

    private synchronized void fault(String fault) {
        faults.add(fault);
    }

    @Override
    public double seconds() {
        return (System.nanoTime() - originNanos) / 1e9 * speedup;
    }

    @Override
    public void event(String text) {
        prepared.writer().event(new TimelineEvent(seconds(), text));
    }

    @Override
    public void at(double seconds, Runnable action) {
        long atNanos = nanosOf(seconds);
        var unused = actions.schedule(
                () -> {
                    try {
                        action.run();
                    } catch (RuntimeException e) {
                        fault("an action of the scenario failed: " + e);
                    }
                },
                atNanos - System.nanoTime(),
                TimeUnit.NANOSECONDS);
    }

    @Override
    public Path folder() {
        return prepared.folder();
    }

    @Override
    public Slice.@Nullable Ports ports() {
        return enforcement.ports();
    }

    @Override
    public int resetStack() {
        return enforcement.resetStack();
    }

    @Override
    public void probed(boolean connected) {
        (connected ? probesConnected : probesRefused).incrementAndGet();
    }

    @Override
    public void apart(boolean closedFirst) {
        (closedFirst ? apartClosedFirst : apartNotClosedFirst).incrementAndGet();
    }

    /** What the pool has counted without connections that are apart. */
    RunEnd.PoolCounts withoutApart(RunEnd.PoolCounts all) {
        return all.withoutApart(apartClosedFirst.get() + apartNotClosedFirst.get(), apartClosedFirst.get());
    }

    long probesConnected() {
        return probesConnected.get();
    }

    long probesRefused() {
        return probesRefused.get();
    }

    @Override
    public URI destination(int destination) {
        return prepared.target().uri(destination);
    }
}
