package io.ephemera.simulations.load;

import io.ephemera.ports.Capacity;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.reports.RunPlan.PlannedStep;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * When the first call of a staircase should be refused. Ports are whole and calls come one by one, which the formula leaves out
 * and a small pool feels: so the staircase is replayed in virtual time on the model itself, where it is not too long.
 */
final class FirstExhaustions {

    private static final long MOST_REPLAYED_CALLS = 2_000_000;
    private static final RemoteEndpoint ANYWHERE = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);

    private FirstExhaustions() {}

    /** The same steps; the first of them that runs out of ports says when. */
    static List<PlannedStep> predict(List<PlannedStep> steps, Capacity capacity) {
        long calls = steps.stream().mapToLong(PlannedStep::calls).sum();
        int portsPerCall = (int) Math.round(capacity.portsPerCall());
        boolean replayed = calls <= MOST_REPLAYED_CALLS;
        PortPool pool = new PortPool(
                new PortRange(1, capacity.ports()),
                nanos(capacity.timeWaitSeconds()),
                Scope.GLOBAL,
                SelectionOrder.sequential());
        List<PlannedStep> predicted = new ArrayList<>();
        boolean exhausted = false;
        double settledRate = 0;
        for (PlannedStep step : steps) {
            Double seconds = null;
            if (!exhausted) {
                seconds = replayed ? replay(step, pool, portsPerCall) : formula(capacity, settledRate, step);
                exhausted = seconds != null;
            }
            predicted.add(new PlannedStep(
                    step.kind(),
                    step.offeredCallsPerSecond(),
                    step.startSeconds(),
                    step.durationSeconds(),
                    step.calls(),
                    seconds,
                    step.settleSeconds(),
                    step.windows()));
            settledRate = step.offeredCallsPerSecond();
        }
        return predicted;
    }

    private static @Nullable Double replay(PlannedStep step, PortPool pool, int portsPerCall) {
        for (long call = 0; call < step.calls(); call++) {
            double intoStep = call / step.offeredCallsPerSecond();
            long now = nanos(step.startSeconds() + intoStep);
            for (int port = 0; port < portsPerCall; port++) {
                long lease = pool.lease(ANYWHERE, now);
                if (lease == PortPool.EXHAUSTED) {
                    return intoStep;
                }
                pool.release(lease, Release.ACTIVE_CLOSE, now);
            }
        }
        return null;
    }

    private static @Nullable Double formula(Capacity capacity, double settledRate, PlannedStep step) {
        OptionalDouble seconds = capacity.secondsToFirstExhaustion(settledRate, step.offeredCallsPerSecond());
        return seconds.isPresent() && seconds.getAsDouble() < step.durationSeconds() ? seconds.getAsDouble() : null;
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * 1e9);
    }
}
