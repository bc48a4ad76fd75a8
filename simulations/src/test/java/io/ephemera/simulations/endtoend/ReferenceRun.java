package io.ephemera.simulations.endtoend;

import io.ephemera.ports.Release;
import io.ephemera.ports.run.PlannedStep;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.ports.run.Schedule;
import io.ephemera.simulations.load.ConnectionPlan;
import io.ephemera.simulations.load.Usage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the calls of a run whose connections live for no time, or all for the same: by a list of the instants at which each
 * port is back, and nothing of what is tested.
 */
final class ReferenceRun {

    private final long[][] backNanos;
    private final Schedule schedule;
    private final int callsPerUser;
    private final List<Boolean> found = new ArrayList<>();
    private int peakTimeWait;

    /** @param lifeNanos how long each connection lives */
    ReferenceRun(RunPlan plan, TortureCase.Load load, long lifeNanos) {
        Usage usage = load.usage();
        long timeWaitNanos = load.timeWaitSeconds() * 1_000_000_000L;
        this.backNanos = new long[load.pools()][load.ports()];
        this.schedule = new Schedule(plan.steps(), 1);
        this.callsPerUser = load.callsPerUser();
        for (long[] pool : backNanos) {
            Arrays.fill(pool, Long.MIN_VALUE);
        }
        ConnectionPlan connections = usage.connectionPlan();
        long heldNanos = lifeNanos + (connections.end() == Release.ACTIVE_CLOSE ? timeWaitNanos : 0);
        for (long call = 0; call < schedule.calls(); call += usage.callsPerUser()) {
            long due = schedule.startNanos(call);
            long[] pool = backNanos[(int) (call / usage.callsPerUser() % backNanos.length)];
            boolean all = true;
            for (int connection = 0; connection < connections.connections() && all; connection++) {
                all = take(pool, due, heldNanos);
            }
            for (int each = 0; each < usage.callsPerUser(); each++) {
                found.add(all);
            }
            int timeWait = (int) Arrays.stream(backNanos)
                    .flatMapToLong(Arrays::stream)
                    .filter(back -> back > due)
                    .count();
            peakTimeWait = Math.max(peakTimeWait, timeWait);
        }
    }

    private static boolean take(long[] pool, long due, long heldNanos) {
        for (int port = 0; port < pool.length; port++) {
            if (pool[port] <= due) {
                pool[port] = due + heldNanos;
                return true;
            }
        }
        return false;
    }

    /** Calls of a step that find a port, or do not. */
    long calls(int step, boolean ok) {
        long calls = 0;
        for (int call = 0; call < found.size(); call++) {
            calls += schedule.stepOf(call) == step && found.get(call) == ok ? 1 : 0;
        }
        return calls;
    }

    /** Calls that find no port. */
    long refused() {
        return found.stream().filter(ok -> !ok).count();
    }

    /** When the first call of a step finds no port, in seconds from its start; {@code null} if none does. */
    @Nullable
    Double firstRefusal(int step) {
        for (int call = 0; call < found.size(); call++) {
            if (schedule.stepOf(call) == step && !found.get(call)) {
                return (schedule.startNanos(call) - schedule.stepStartNanos(step)) / 1e9;
            }
        }
        return null;
    }

    /** The rate of successes over the windows of a step, in calls/s. */
    double steadyRate(PlannedStep step, double sliceSeconds, double timeWaitSeconds) {
        double first = Math.ceil((step.startSeconds() + step.steady().settleSeconds()) / sliceSeconds - 1e-6);
        long fromNanos = Math.round(first * sliceSeconds * 1e9);
        double seconds = step.steady().windows() * timeWaitSeconds;
        long ok = 0;
        for (int call = 0; call < found.size(); call++) {
            // All calls of a user are due with the first.
            long due = schedule.startNanos(call - call % callsPerUser);
            ok += found.get(call) && due >= fromNanos && due < fromNanos + Math.round(seconds * 1e9) ? 1 : 0;
        }
        return ok / seconds;
    }

    /** Most ports in TIME_WAIT at once. */
    int peakTimeWait() {
        return peakTimeWait;
    }
}
