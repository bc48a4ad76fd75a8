package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.RunResult.HeldBy;
import org.jspecify.annotations.Nullable;

/**
 * What successful calls have really cost, as pool and target counted it each for itself: connections that the client closed
 * first, since those leave their port in TIME_WAIT.
 *
 * <p>A call of two ports that was refused the second has used up the first, and has not succeeded: those ports are taken off.
 * Gatling's own count of exchanges says how many they are.
 *
 * @param calls calls that succeeded
 * @param wasted ports that calls used up which were refused at a later exchange
 * @param byPool ports that successful calls used up; {@code null} where there is no pool
 * @param byServer the same; {@code null} where the target did not count
 */
record PortsPerCall(
        long calls,
        long wasted,
        @Nullable Long byPool,
        @Nullable Long byServer) {

    // Ports are whole; their product with a fraction of a port for each call is not quite.
    static final double ROUNDING = 1e-3;

    static PortsPerCall of(Analysis analysis) {
        RunEnd end = analysis.end();
        long ok = analysis.totals().run().ok();
        if (end == null) {
            return new PortsPerCall(ok, 0, null, null);
        }
        RunPlan plan = analysis.plan();
        long wasted = plan.calls().portsPerCall() > 1
                ? Math.max(
                        0,
                        end.gatling().challengedExchanges()
                                - Math.round(ok * (plan.calls().exchangesPerCall() - 1)))
                : 0;
        RunEnd.PoolCounts pool = end.pool();
        RunEnd.ServerCounts server = end.server();
        return new PortsPerCall(
                ok,
                wasted,
                pool == null ? null : pool.ended().activeClose() - wasted,
                server == null ? null : server.closedByClientFirst() - wasted);
    }

    /** Ports per call by the pool's count; {@code null} where it can't be given. */
    @Nullable
    Double poolCounted() {
        return perCall(byPool);
    }

    /** Ports per call by the target's count; {@code null} where it can't be given. */
    @Nullable
    Double serverCounted() {
        return perCall(byServer);
    }

    private @Nullable Double perCall(@Nullable Long ports) {
        return ports == null || calls == 0 ? null : (double) ports / calls;
    }

    /** Why the counts are not what was predicted, in one sentence; {@code null} if they are. */
    @Nullable
    String mismatch(Analysis analysis) {
        // Ports that live connections hold are another failure, which has a name of its own.
        if (analysis.heldBy() == HeldBy.LIVE || (agrees(byPool, analysis) && agrees(byServer, analysis))) {
            return null;
        }
        return "ports per call do not agree: "
                + Format.perCall(analysis.plan().calls().portsPerCall()) + " predicted, but "
                + Format.calls(calls) + " used up " + counted(byPool, "by the pool's count")
                + (byPool != null && byServer != null ? ", " : "") + counted(byServer, "by the target's");
    }

    private static String counted(@Nullable Long ports, String by) {
        return ports == null ? "" : Format.count(ports) + (ports == 1 ? " port " : " ports ") + by;
    }

    private boolean agrees(@Nullable Long ports, Analysis analysis) {
        RunEnd end = analysis.end();
        if (ports == null || end == null) {
            return true;
        }
        RunPlan plan = analysis.plan();
        RunEnd.PoolCounts pool = end.pool();
        // A call that failed otherwise may have closed its connections or not, and it is not among those that have
        // shared one.
        long failed = analysis.totals().run().otherThan(plan.expectedFailure())
                + end.gatling().unended();
        double shared = plan.calls().portsPerCall() < 1 ? plan.calls().portsPerCall() : 0;
        double unknown = failed * (Math.max(1, plan.calls().exchangesPerCall()) + shared)
                + (pool == null ? 0 : pool.ended().aborted());
        // A kept connection is closed at some time, idle or at the end of the run; that is no port for each call.
        double kept = plan.calls().portsPerCall() == 0 ? calls * Analysis.APART_PERCENT / 100 : 0;
        return Math.abs(ports - plan.calls().portsPerCall() * calls) <= unknown + kept + ROUNDING;
    }
}
