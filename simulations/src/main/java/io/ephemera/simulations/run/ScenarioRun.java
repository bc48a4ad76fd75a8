package io.ephemera.simulations.run;

import io.ephemera.reports.RunEnd;
import io.ephemera.reports.Slice;
import io.ephemera.reports.StoryEnd;
import io.ephemera.reports.TimelineEvent;
import io.ephemera.simulations.clock.VirtualTime;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.scenario.Stage;
import io.ephemera.simulations.scenario.Witness;
import io.ephemera.simulations.stack.Enforcement;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A scenario while it is played: between its witness and the run. */
final class ScenarioRun implements Stage {

    private final Witness witness;
    private final Preparation prepared;
    private final Enforcement enforcement;
    private final VirtualTime time;
    private final VirtualRecorder recorder;
    private final AtomicLong probesConnected = new AtomicLong();
    private final AtomicLong probesRefused = new AtomicLong();
    private final AtomicLong apartClosedFirst = new AtomicLong();
    private final AtomicLong apartNotClosedFirst = new AtomicLong();
    private final List<String> faults = new ArrayList<>();
    private final Wall wall = new Wall();

    /** When an instant of the run was reached on the wall. */
    private static final class Wall {
        private final TreeMap<Double, Long> nanosBySeconds = new TreeMap<>(Map.of(0.0, System.nanoTime()));

        synchronized void reached(double seconds) {
            nanosBySeconds.put(seconds, System.nanoTime());
        }

        synchronized long nanosSince(double seconds) {
            var before = nanosBySeconds.floorEntry(seconds);
            return System.nanoTime() - (before == null ? nanosBySeconds.firstEntry() : before).getValue();
        }
    }

    ScenarioRun(
            Witness witness,
            Preparation prepared,
            Enforcement enforcement,
            VirtualTime time,
            VirtualRecorder recorder) {
        this.witness = witness;
        this.prepared = prepared;
        this.enforcement = enforcement;
        this.time = time;
        this.recorder = recorder;
    }

    void begin() {
        witness.begin(this);
    }

    /** A user and all before it have settled. */
    void passed(VirtualUser user) {
        wall.reached(user.dueNanos() / 1e9);
        long call = user.firstCall();
        for (VirtualUser.Outcome outcome : user.outcomes()) {
            witness.ended(call++, user.dueNanos() / 1e9, outcome.isOk());
        }
    }

    /** What was seen. */
    StoryEnd end() {
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
        return time.nowNanos() / 1e9;
    }

    @Override
    public long wallNanosSince(double seconds) {
        return wall.nanosSince(seconds);
    }

    @Override
    public void event(String text) {
        prepared.writer().event(new TimelineEvent(seconds(), text));
    }

    @Override
    public void at(double seconds, Runnable action) {
        time.at(Math.round(seconds * 1e9), () -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                fault("an action of the scenario failed: " + e);
            }
        });
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
        recorder.reset(time.nowNanos());
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

    /** What the pool has counted, without connections that are no calls. */
    RunEnd.PoolCounts callsAlone(RunEnd.PoolCounts all) {
        return all.without(probesConnected(), probesRefused())
                .withoutApart(apartClosedFirst.get() + apartNotClosedFirst.get(), apartClosedFirst.get());
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
