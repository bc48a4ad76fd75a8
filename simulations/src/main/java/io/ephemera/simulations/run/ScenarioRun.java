package io.ephemera.simulations.run;

import io.ephemera.reports.Observations;
import io.ephemera.reports.RunEnd;
import io.ephemera.reports.Slice;
import io.ephemera.reports.TimelineEvent;
import io.ephemera.simulations.clock.VirtualTime;
import io.ephemera.simulations.clock.VirtualUser;
import io.ephemera.simulations.scenario.OtherConnections;
import io.ephemera.simulations.scenario.RunControl;
import io.ephemera.simulations.scenario.Script;
import io.ephemera.simulations.stack.Enforcement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A scenario while it is played: between its script and the run. */
final class ScenarioRun implements RunControl {

    private final Script script;
    private final Preparation prepared;
    private final Enforcement enforcement;
    private final VirtualTime time;
    private final VirtualRecorder recorder;
    private final OtherConnections others = new OtherConnections();
    private final List<String> faults = new ArrayList<>();

    ScenarioRun(
            Script script, Preparation prepared, Enforcement enforcement, VirtualTime time, VirtualRecorder recorder) {
        this.script = script;
        this.prepared = prepared;
        this.enforcement = enforcement;
        this.time = time;
        this.recorder = recorder;
    }

    void begin() {
        script.beginIn(this);
    }

    /** A user and all before it have settled. */
    void passed(VirtualUser user) {
        long call = user.firstCall();
        for (VirtualUser.Outcome outcome : user.outcomes()) {
            script.ended(call++, user.dueNanos() / 1e9, outcome.isOk());
        }
    }

    /** What was seen. */
    Observations observations() {
        return script.observations();
    }

    synchronized List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        all.addAll(script.faults());
        return all;
    }

    private synchronized void fault(String fault) {
        faults.add(fault);
    }

    @Override
    public void event(double seconds, String text) {
        prepared.writer().event(new TimelineEvent(seconds, text));
    }

    @Override
    public void at(double seconds, Runnable action) {
        time.at(RunControl.nanos(seconds), () -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                fault("an action of the scenario failed: " + e);
            }
        });
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
    public String connect(int destination) {
        return others.connect(destination(destination));
    }

    @Override
    public boolean ask(boolean serverCloses, boolean leftOpen) {
        try {
            return others.ask(destination(0), serverCloses, leftOpen);
        } catch (IOException e) {
            throw new UncheckedIOException("the stub has not answered: " + e.getMessage(), e);
        }
    }

    /** What the pool has counted, without connections that are no calls. */
    RunEnd.PoolCounts callsAlone(RunEnd.PoolCounts all) {
        return all.without(others.connected(), others.refused())
                .withoutApart(others.asked(), others.askedAndClosedFirst());
    }

    long probesConnected() {
        return others.connected();
    }

    long probesRefused() {
        return others.refused();
    }

    @Override
    public URI destination(int destination) {
        return prepared.target().uri(destination);
    }
}
