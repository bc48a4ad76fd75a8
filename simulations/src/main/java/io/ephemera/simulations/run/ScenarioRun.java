package io.ephemera.simulations.run;

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
import org.jspecify.annotations.Nullable;

/** A scenario while it is played: what its script sees of the run, and can do to it. */
record ScenarioRun(
        RunContext run,
        Script script,
        Enforcement enforcement,
        VirtualTime time,
        VirtualRecorder recorder,
        OtherConnections others)
        implements RunControl {

    void passed(VirtualUser user) {
        long call = user.firstCall();
        for (VirtualUser.Outcome outcome : user.outcomes()) {
            script.ended(call++, user.dueNanos() / 1e9, outcome.isOk());
        }
    }

    @Override
    public void event(double seconds, String text) {
        // By the one thread that writes while calls end: when that has finished there is nobody left to write.
        recorder.tell(() -> run.writer().event(new TimelineEvent(seconds, text)));
    }

    @Override
    public void at(double seconds, Runnable action) {
        time.at(RunControl.nanos(seconds), () -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                script.fault("an action of the scenario failed: " + e);
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

    @Override
    public int askAgain(int most) {
        try {
            return others.askAgain(destination(0), most);
        } catch (IOException e) {
            throw new UncheckedIOException("the stub has not answered again: " + e.getMessage(), e);
        }
    }

    @Override
    public URI destination(int destination) {
        return run.target().uri(destination);
    }
}
