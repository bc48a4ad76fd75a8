package io.ephemera.simulations.load;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.PortTimeline;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.reports.RunPlan.PlannedStep;
import io.ephemera.reports.RunPlan.PlannedStep.Outcome;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls of some steps on the model, in virtual time and without a connection: what is to become of each, to the call. */
final class Rehearsal {

    private static final RemoteEndpoint[] NOWHERE = {new RemoteEndpoint(InetAddress.getLoopbackAddress(), 1)};

    private Rehearsal() {}

    /**
     * The same steps, with their outcomes and with when the first call of each finds no port.
     *
     * @param ports ports of one pool
     * @param pools pools that the users go to in turn
     * @param mostTimeWait ports in TIME_WAIT at once, at most
     */
    static List<PlannedStep> of(
            List<PlannedStep> steps, Usage usage, int ports, double timeWaitSeconds, int pools, int mostTimeWait) {
        PortTimeline timeline = new PortTimeline(new PortPool(
                new PortRange(1, ports),
                Math.round(timeWaitSeconds * 1e9),
                Scope.DESTINATION,
                SelectionOrder.sequential(),
                mostTimeWait));
        ConnectionPlan plan = ConnectionPlan.of(usage);
        Schedule schedule = new Schedule(steps, 1);
        int callsPerUser = usage.callsPerUser();
        long[] refused = new long[steps.size()];
        @Nullable Double[] first = new Double[steps.size()];
        for (long call = 0; call < schedule.calls(); call += callsPerUser) {
            long due = schedule.startNanos(call);
            RemoteEndpoint remote = pools == 1
                    ? NOWHERE[0]
                    : new RemoteEndpoint(NOWHERE[0].address(), 1 + (int) (call / callsPerUser % pools));
            if (!plan.play(timeline, remote, due, connection -> 0)) {
                int step = schedule.stepOf(call);
                refused[step] += callsPerUser;
                first[step] = first[step] == null ? (due - schedule.stepStartNanos(step)) / 1e9 : first[step];
            }
        }
        List<PlannedStep> rehearsed = new ArrayList<>();
        for (int step = 0; step < steps.size(); step++) {
            PlannedStep planned = steps.get(step);
            rehearsed.add(planned.with(first[step], new Outcome(planned.calls() - refused[step], refused[step])));
        }
        return rehearsed;
    }
}
