package io.ephemera.simulations.load;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.PortTimeline;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Route;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.PlannedStep.Outcome;
import io.ephemera.ports.run.Schedule;
import io.ephemera.simulations.load.ConnectionPlan.Found;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calls of some steps on the model, in virtual time and without a connection. Capacity's formula leaves out that ports are whole
 * and that calls come one by one, which a small pool feels.
 */
final class Rehearsal {

    private final List<PlannedStep> steps;
    private final long[] refused;
    private final @Nullable Double[] firstSeconds;

    private Rehearsal(List<PlannedStep> steps, Usage usage, PortLimits limits, long lifeNanos) {
        this.steps = steps;
        this.refused = new long[steps.size()];
        this.firstSeconds = new Double[steps.size()];
        PortLimits.BehindGateway behind = limits.behind();
        PortTimeline timeline = behind == null
                ? new PortTimeline(pool(
                        new PortRange(1, limits.ports() / limits.pools()),
                        limits.timeWaitSeconds(),
                        Scope.DESTINATION,
                        limits))
                : new PortTimeline(
                        pool(
                                behind.host().range(),
                                behind.host().timeWaitSeconds(),
                                behind.gateway().scopeOfHosts(behind.host().scope()),
                                limits),
                        behind.gateway().pool(),
                        behind.gateway().connectTimeout().toNanos());
        long life = behind == null
                ? lifeNanos
                : Math.max(lifeNanos, behind.gateway().serviceTime().toNanos());
        ConnectionPlan plan = usage.connectionPlan();
        Schedule schedule = new Schedule(steps, 1);
        int callsPerUser = usage.callsPerUser();
        for (long call = 0; call < schedule.calls(); call += callsPerUser) {
            long due = schedule.startNanos(call);
            Route route = route(call / callsPerUser, limits);
            if (plan.play(timeline, route, due, connection -> life) != Found.PORTS) {
                int step = schedule.stepOf(call);
                if (refused[step] == 0) {
                    firstSeconds[step] = (due - schedule.stepStartNanos(step)) / 1e9;
                }
                refused[step] += callsPerUser;
            }
        }
    }

    private static PortPool pool(PortRange range, double timeWaitSeconds, Scope scope, PortLimits limits) {
        return new PortPool(
                range, Math.round(timeWaitSeconds * 1e9), scope, SelectionOrder.sequential(), limits.mostTimeWait());
    }

    /** As the users of a run go: to destinations in turn, and from clients in turn. */
    private static Route route(long user, PortLimits limits) {
        PortLimits.BehindGateway behind = limits.behind();
        if (behind == null) {
            return Route.to(endpoint(user % limits.pools()));
        }
        int clients = behind.gateway().clients();
        RemoteEndpoint remote = endpoint(user % behind.destinations());
        return clients == 1 ? Route.to(remote) : new Route(endpoint(user % clients), (int) (user % clients), remote);
    }

    private static RemoteEndpoint endpoint(long number) {
        return new RemoteEndpoint(InetAddress.getLoopbackAddress(), (int) (1 + number));
    }

    /** The same steps, with their outcomes and with when the first call of each finds no port. */
    static List<PlannedStep> of(List<PlannedStep> steps, Usage usage, PortLimits limits) {
        Rehearsal rehearsal = new Rehearsal(steps, usage, limits, 0);
        List<PlannedStep> rehearsed = new ArrayList<>();
        for (int step = 0; step < steps.size(); step++) {
            long refused = rehearsal.refused[step];
            rehearsed.add(rehearsal.with(step, new Outcome(steps.get(step).calls() - refused, refused)));
        }
        return rehearsed;
    }

    /**
     * The same steps; the first of them that runs out of ports says when. In wall-clock time a connection lives longer than nothing, so that
     * its port is not back for the call that is due at that very instant.
     */
    static List<PlannedStep> firstRefusal(List<PlannedStep> steps, Usage usage, PortLimits limits) {
        Rehearsal rehearsal = new Rehearsal(steps, usage, limits, 1);
        List<PlannedStep> rehearsed = new ArrayList<>(steps);
        for (int step = 0; step < steps.size(); step++) {
            if (rehearsal.refused[step] > 0) {
                rehearsed.set(step, rehearsal.with(step, null));
                break;
            }
        }
        return rehearsed;
    }

    private PlannedStep with(int step, @Nullable Outcome outcome) {
        return steps.get(step).with(firstSeconds[step], outcome);
    }
}
