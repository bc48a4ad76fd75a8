package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What client, pool and target have counted of the same thing, where it does not agree: each doubt is one sentence. */
final class CounterChecks {

    private final Totals totals;
    private final RunPlan plan;
    private final List<String> doubts = new ArrayList<>();

    private CounterChecks(Analysis analysis) {
        this.totals = analysis.totals();
        this.plan = analysis.plan();
    }

    static List<String> of(Analysis analysis, RunEnd end) {
        CounterChecks doubts = new CounterChecks(analysis);
        doubts.counters(end);
        return doubts.doubts;
    }

    private void counters(RunEnd end) {
        RunEnd.PoolCounts pool = end.pool();
        if (pool == null && plan.clock().virtual()) {
            doubts.add("the counts of the port pool are missing: nothing shows that calls took their ports from it");
        }
        // Where several calls share a connection, one refusal loses them all.
        double refusals = totals.exhausted()
                * (plan.calls().portsPerCall() > 0 ? Math.min(1, plan.calls().portsPerCall()) : 1);
        if (pool != null && refusals > pool.exhausted() + PortsPerCall.ROUNDING) {
            doubts.add(Format.calls(totals.exhausted()) + " found no port, but the pool refused only "
                    + Format.count(pool.exhausted()) + ": the machine's own ports ran out");
        }
        if (plan.target().own()) {
            server(end, pool);
        } else if (pool != null
                && pool.connected() < totals.ok() * plan.calls().portsPerCall() - PortsPerCall.ROUNDING) {
            doubts.add("the hook did not see every connection: " + Format.calls(totals.ok()) + " succeeded at "
                    + Format.factor(plan.calls().portsPerCall()) + " ports each, the pool counted "
                    + Format.count(pool.connected()) + " connections");
        }
    }

    private void server(RunEnd end, RunEnd.@Nullable PoolCounts pool) {
        RunEnd.ServerCounts server = end.server();
        if (server == null) {
            doubts.add("the counts of the target are missing: nothing shows that the pool saw every connection");
            return;
        }
        if (pool != null && server.accepted() != pool.connected()) {
            doubts.add("the hook did not see every connection: the target accepted " + Format.count(server.accepted())
                    + ", the pool counted " + Format.count(pool.connected()));
        }
        SortedMap<String, Long> other = totals.otherByKind();
        long answersLost = ValidityChecks.count(other, "timeout")
                + ValidityChecks.count(other, "reset")
                + ValidityChecks.count(other, "other");
        long unseen = server.responses() - totals.ok();
        if (unseen < 0 || unseen > answersLost) {
            doubts.add("successes do not agree: Gatling saw " + Format.count(totals.ok()) + ", the target answered "
                    + Format.count(server.responses()));
        }
        unseen = server.challenges() - end.challengedExchanges() - ValidityChecks.count(other, "http-401");
        if (unseen < 0 || unseen > answersLost) {
            doubts.add("challenges do not agree: Gatling saw " + Format.count(server.challenges() - unseen)
                    + ", the target sent " + Format.count(server.challenges()));
        }
        if (pool != null) {
            closedFirst(server, pool);
        }
    }

    private void closedFirst(RunEnd.ServerCounts server, RunEnd.PoolCounts pool) {
        // A connection that was reset may count as closed on one side and as aborted on the other.
        long unknown = pool.aborted() + totals.otherThan(plan.expectedFailure());
        if (Math.abs(server.closedByClientFirst() - pool.activeClose()) > unknown) {
            doubts.add("who closed first does not agree: the pool counted " + Format.count(pool.activeClose())
                    + " connections that the client did, the target " + Format.count(server.closedByClientFirst()));
        }
    }
}
