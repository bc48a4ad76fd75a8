package io.ephemera.simulations.load;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortTimeline;
import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.Schedule;
import java.net.InetAddress;
import java.util.List;

/** Replays steps on the model and counts the successes on which the measured threshold stands. */
final class WindowedReplay {

    private WindowedReplay() {}

    /** Calls that find their ports in the windows of the last step. */
    static long successes(Profile profile, int pools, Usage usage, List<PlannedStep> steps) {
        PlannedStep last = steps.get(steps.size() - 1);
        long from = Math.round((last.startSeconds() + last.steady().settleSeconds()) * 1e9);
        long until = from + last.steady().windows() * profile.timeWait().toNanos();
        PortTimeline timeline = new PortTimeline(new PortPool(
                profile.range(), profile.timeWait().toNanos(), Scope.DESTINATION, SelectionOrder.sequential()));
        Schedule schedule = new Schedule(steps, 1);
        long successes = 0;
        for (long call = 0; call < schedule.calls(); call += usage.callsPerUser()) {
            long due = schedule.startNanos(call);
            RemoteEndpoint remote = new RemoteEndpoint(
                    InetAddress.getLoopbackAddress(), 1 + (int) (call / usage.callsPerUser() % pools));
            boolean found = usage.connectionPlan().play(timeline, remote, due, connection -> 0);
            successes += found && due >= from && due < until ? usage.callsPerUser() : 0;
        }
        return successes;
    }
}
