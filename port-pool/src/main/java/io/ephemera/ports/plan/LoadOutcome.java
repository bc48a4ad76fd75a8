package io.ephemera.ports.plan;

import io.ephemera.ports.plan.Plan.Refusal;
import java.util.ArrayDeque;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/** What became of the calls of a load. */
record LoadOutcome(long refused, @Nullable Refusal first, int peakTimeWait) {

    /** Every call, one after the other. */
    static LoadOutcome replay(Load load, Limits limits, CallCost cost, boolean onlyToFirstRefusal) {
        BusyPorts ports = new BusyPorts(limits, cost);
        int pools = limits.pools();
        long calls = load.calls();
        long refused = 0;
        Refusal first = null;
        long now = 0;
        int pool = 0;
        for (long call = 0; call < calls; call++) {
            // Rounding must not let time go back; the pool of the model does not either.
            now = call == 0 ? load.startNanos(call) : Math.max(now, load.startNanos(call));
            if (!ports.take(pool, cost.portsPerCall(), now)) {
                refused++;
                if (first == null) {
                    first = new Refusal(call, now);
                    if (onlyToFirstRefusal) {
                        break;
                    }
                }
            }
            pool = pool + 1 == pools ? 0 : pool + 1;
        }
        return new LoadOutcome(refused, first, ports.peakTimeWait());
    }

    /** Every call of every worker. Ready workers are two queues in order of time: after an answer, and after a failure. */
    static LoadOutcome replay(ClosedLoop loop, Limits limits, CallCost cost) {
        BusyPorts ports = new BusyPorts(limits, cost);
        int pools = limits.pools();
        long serviceNanos = cost.life().toNanos();
        ArrayDeque<Long> answered = new ArrayDeque<>(Collections.nCopies(loop.workers(), 0L));
        ArrayDeque<Long> failed = new ArrayDeque<>();
        long refused = 0;
        Refusal first = null;
        for (long call = 0; call < loop.calls(); call++) {
            boolean failedFirst = !failed.isEmpty() && (answered.isEmpty() || failed.getFirst() < answered.getFirst());
            long now = failedFirst ? failed.removeFirst() : answered.removeFirst();
            if (ports.take((int) (call % pools), cost.portsPerCall(), now)) {
                answered.add(now + serviceNanos);
            } else {
                refused++;
                first = first == null ? new Refusal(call, now) : first;
                failed.add(now + loop.failureNanos());
            }
        }
        return new LoadOutcome(refused, first, ports.peakTimeWait());
    }

    /**
     * Evenly spaced calls towards one pool, without going through them. With the spacing g, the hold H and q = ⌊P/k⌋ calls that the
     * ports suffice for, the outcome repeats every c = ⌈H/g⌉ calls: the first q of them find ports, and the others none; where P is no
     * multiple of k, the first of the others takes what is left over and fails.
     */
    static LoadOutcome evenlySpaced(Load load, long spacingNanos, Limits limits, CallCost cost) {
        long calls = load.calls();
        int k = cost.portsPerCall();
        long served = limits.ports() / k;
        int leftOver = limits.ports() % k;
        long timeWaitNanos = limits.hold().toNanos();
        long cycle = ceiling(timeWaitNanos + cost.life().toNanos(), spacingNanos);
        long inTimeWait = Math.min(ceiling(timeWaitNanos, spacingNanos), calls);
        boolean enough = cycle <= served;
        long ok = enough ? calls : calls / cycle * served + Math.min(calls % cycle, served);
        long peak = enough ? inTimeWait * k : Math.min(inTimeWait, served) * k + (inTimeWait > served ? leftOver : 0);
        Refusal first = ok == calls ? null : new Refusal(served, load.startNanos(served));
        return new LoadOutcome(calls - ok, first, (int) peak);
    }

    private static long ceiling(long dividend, long divisor) {
        return Math.floorDiv(dividend + divisor - 1, divisor);
    }
}
