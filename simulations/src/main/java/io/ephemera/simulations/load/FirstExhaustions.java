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
 * When the first call of a staircase should be refused. The formula leaves out that ports are whole and that calls come one by
 * one, which a small pool feels, and that Gatling starts them in whole milliseconds of the wall, several together at a high
 * speedup. So the staircase is replayed as it will be offered, in virtual time on the model itself, where it is not too long.
 */
final class FirstExhaustions {

    private static final long MOST_REPLAYED_CALLS = 2_000_000;

    /** A connection lives longer than nothing: its port is not back for calls of the very millisecond. */
    private static final long LIFE_NANOS = 1;

    private static final RemoteEndpoint ANYWHERE = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);

    private FirstExhaustions() {}

    /** The same steps; the first of them that runs out of ports says when. */
    static List<PlannedStep> predict(List<PlannedStep> steps, Usage usage, Capacity capacity, double speedup) {
        long calls = steps.stream().mapToLong(PlannedStep::calls).sum();
        boolean replayed = calls <= MOST_REPLAYED_CALLS;
        PortPool pool = new PortPool(
                new PortRange(1, capacity.ports()),
                Math.round(capacity.timeWaitSeconds() / speedup * 1e9) + LIFE_NANOS,
                Scope.GLOBAL,
                SelectionOrder.sequential());
        List<PlannedStep> predicted = new ArrayList<>();
        boolean exhausted = false;
        double settledRate = 0;
        for (PlannedStep step : steps) {
            Double seconds = null;
            if (!exhausted) {
                seconds = replayed ? replay(step, pool, speedup, usage) : formula(capacity, settledRate, step);
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

    private static @Nullable Double replay(PlannedStep step, PortPool pool, double speedup, Usage usage) {
        double startMillis = step.startSeconds() / speedup * 1e3;
        for (long call = 0; call < step.calls(); call += usage.callsPerUser()) {
            double intoStepMillis = call / step.offeredCallsPerSecond() / speedup * 1e3;
            long millis = (long) Math.floor(startMillis + intoStepMillis);
            for (int port = 0; port < usage.portsPerUser(); port++) {
                long lease = pool.lease(ANYWHERE, millis * 1_000_000);
                if (lease == PortPool.EXHAUSTED) {
                    return Math.max(0, (millis - startMillis) * speedup / 1e3);
                }
                pool.release(lease, Release.ACTIVE_CLOSE, millis * 1_000_000);
            }
        }
        return null;
    }

    private static @Nullable Double formula(Capacity capacity, double settledRate, PlannedStep step) {
        OptionalDouble seconds = capacity.secondsToFirstExhaustion(settledRate, step.offeredCallsPerSecond());
        return seconds.isPresent() && seconds.getAsDouble() < step.durationSeconds() ? seconds.getAsDouble() : null;
    }
}
