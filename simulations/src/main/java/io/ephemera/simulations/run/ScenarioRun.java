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
    public void event(double seconds, String text) {
        prepared.writer().event(new TimelineEvent(seconds, text));
    }

    @Override
    public void at(double seconds, Runnable action) {
        time.at(Stage.nanos(seconds), () -> {
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
