package io.ephemera.simulations.load;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.Profile;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.Schedule;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;

/** Replays steps on the model and counts the successes on which the measured threshold stands. */
final class WindowedReplay {

    private WindowedReplay() {}

    private record Connection(long atNanos, long call, int index) {}

    /** Calls that find their ports in the windows of the last step. */
    static long successes(Profile profile, int pools, Usage usage, List<PlannedStep> steps) {
        return successes(profile, pools, usage, steps, 0, 0);
    }

    /**
     * The same, on sockets that jitter.
     *
     * @param jitter each user starts so many gaps between calls late at most, at random
     * @param connectionGaps a user's next connection follows the one before after so many gaps
     */
    static long successes(
            Profile profile, int pools, Usage usage, List<PlannedStep> steps, double jitter, double connectionGaps) {
        PlannedStep last = steps.get(steps.size() - 1);
        long from = Math.round((last.startSeconds() + last.steady().settleSeconds()) * 1e9);
        long until = from + last.steady().windows() * profile.timeWait().toNanos();
        PortPool pool = new PortPool(
                profile.range(), profile.timeWait().toNanos(), Scope.DESTINATION, SelectionOrder.sequential());
        Schedule schedule = new Schedule(steps, 1);
        ConnectionPlan plan = usage.connectionPlan();
        Random random = new Random(42);
        PriorityQueue<Connection> connections = new PriorityQueue<>(Comparator.comparingLong(Connection::atNanos));
        for (long call = 0; call < schedule.calls(); call += usage.callsPerUser()) {
            long late = Math.round(jitter * random.nextDouble() * gapNanos(steps, schedule, call));
            connections.add(new Connection(schedule.startNanos(call) + late, call, 1));
        }
        long successes = 0;
        while (!connections.isEmpty()) {
            Connection next = connections.remove();
            int port = 1 + (int) (next.call / usage.callsPerUser() % pools);
            long lease = pool.lease(new RemoteEndpoint(InetAddress.getLoopbackAddress(), port), next.atNanos);
            if (lease == PortPool.EXHAUSTED) {
                continue;
            }
            pool.release(lease, Objects.requireNonNull(plan.end()), next.atNanos);
            if (next.index < plan.connections()) {
                long later = Math.round(connectionGaps * gapNanos(steps, schedule, next.call));
                connections.add(new Connection(next.atNanos + later, next.call, next.index + 1));
            } else if (next.atNanos >= from && next.atNanos < until) {
                successes += usage.callsPerUser();
            }
        }
        return successes;
    }

    private static double gapNanos(List<PlannedStep> steps, Schedule schedule, long call) {
        return 1e9 / steps.get(schedule.stepOf(call)).offeredCallsPerSecond();
    }
}
