package io.ephemera.reports;

import io.ephemera.ports.run.RunPlan;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What client, pool and target have counted of the same thing, where it does not agree: each doubt is one sentence. */
final class CounterChecks {

    private final Totals.CallSums run;
    private final RunPlan plan;
    private final RunEnd end;
    private final RunEnd.@Nullable PoolCounts pool;
    private final List<String> doubts = new ArrayList<>();

    private CounterChecks(Analysis analysis, RunEnd end) {
        this.run = analysis.totals().run();
        this.plan = analysis.plan();
        this.end = end;
        this.pool = end.pool();
    }

    static List<String> of(Analysis analysis, RunEnd end) {
        CounterChecks checks = new CounterChecks(analysis, end);
        checks.pool();
        if (analysis.plan().target().own()) {
            checks.server();
        }
        return checks.doubts;
    }

    private void pool() {
        if (pool == null) {
            if (plan.clock().virtual()) {
                doubts.add(
                        "the counts of the port pool are missing: nothing shows that calls took their ports from it");
            }
            return;
        }
        // Where several calls share a connection, one refusal loses them all.
        double portsPerCall = plan.calls().portsPerCall();
        double refusals = run.exhausted() * (portsPerCall > 0 ? Math.min(1, portsPerCall) : 1);
        RunEnd.GatewayCounts gateway = end.gateway();
        long refused = pool.exhausted() + (gateway == null ? 0 : gateway.dropped());
        if (refusals > refused + PortsPerCall.ROUNDING) {
            doubts.add(Format.calls(run.exhausted()) + " found no free port, but the pool refused only "
                    + Format.count(refused) + ": the machine's own ports ran out");
        }
        if (!plan.target().own() && pool.connected() < run.ok() * portsPerCall - PortsPerCall.ROUNDING) {
            doubts.add("the hook did not see every connection: " + Format.calls(run.ok()) + " succeeded at "
                    + Format.factor(portsPerCall) + " ports each, the pool counted " + Format.count(pool.connected())
                    + " connections");
        }
    }

    private void server() {
        RunEnd.ServerCounts server = end.server();
        if (server == null) {
            doubts.add("the counts of the target are missing: nothing shows that the pool saw every connection");
            return;
        }
        RunEnd.GatewayCounts gateway = end.gateway();
        if (gateway != null && gateway.opened() != server.accepted()) {
            doubts.add("the gateway did not see every connection: it had a port for " + Format.count(gateway.opened())
                    + ", the target accepted " + Format.count(server.accepted()));
        }
        if (pool != null && server.accepted() != pool.connected()) {
            doubts.add("the hook did not see every connection: the target accepted " + Format.count(server.accepted())
                    + ", the pool counted " + Format.count(pool.connected()));
        }
        long answersLost = run.other("timeout") + run.other("reset") + run.other("other");
        long unseen = server.responses() - run.ok();
        if (unseen < 0 || unseen > answersLost) {
            doubts.add("successes do not agree: Gatling saw " + Format.count(run.ok()) + ", the target answered "
                    + Format.count(server.responses()));
        }
        unseen = server.challenges() - end.gatling().challengedExchanges() - run.other("http-401");
        if (unseen < 0 || unseen > answersLost) {
            doubts.add("challenges do not agree: Gatling saw " + Format.count(server.challenges() - unseen)
                    + ", the target sent " + Format.count(server.challenges()));
        }
        // A connection that was reset may count as closed on one side and as aborted on the other.
        if (pool != null
                && Math.abs(server.closedByClientFirst() - pool.ended().activeClose())
                        > pool.ended().aborted() + run.otherThan(plan.expectedFailure())) {
            doubts.add("who closed first does not agree: the pool counted "
                    + Format.count(pool.ended().activeClose()) + " connections that the client did, the target "
                    + Format.count(server.closedByClientFirst()));
        }
    }
}
