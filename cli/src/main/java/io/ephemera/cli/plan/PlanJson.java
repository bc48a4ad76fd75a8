package io.ephemera.cli.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.cli.console.JsonOutput;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Plan;
import java.io.PrintWriter;

/** A plan as JSON; {@code plan.schema.json} describes it. */
final class PlanJson {

    private static final int VERSION = 1;

    private PlanJson() {}

    static void print(PrintWriter out, String profile, LoadOptions.Planned planned, Plan plan) {
        Limits limits = plan.limits();
        ObjectNode json = JsonOutput.object()
                .put("schema", VERSION)
                .put("profile", profile)
                .put("ports", limits.ports())
                .put("timeWaitSeconds", limits.hold().toNanos() / 1e9)
                .put("scope", limits.scope().toString())
                .put("destinations", limits.destinations())
                .put("taken", limits.taken())
                .put("load", planned.kind())
                .put("calls", plan.calls())
                .put("durationSeconds", planned.duration().toNanos() / 1e9)
                .put("portsPerCall", plan.cost().portsPerCall())
                .put("serviceTimeSeconds", plan.cost().life().toNanos() / 1e9)
                .put("exhausts", plan.exhausts())
                .put("secondsToFirstExhaustion", JsonOutput.number(plan.secondsToFirstExhaustion()))
                .put("failedCalls", plan.refused())
                .put("okCalls", plan.ok())
                .put("peakTimeWait", plan.peakTimeWait())
                .put("highestSafeCallsPerSecond", plan.highestSafeCallsPerSecond())
                .put("headroom", JsonOutput.number(plan.headroom()));
        json.set("change", JsonOutput.tree(plan.smallestChange().orElse(null)));
        json.set("changes", JsonOutput.tree(plan.changes()));
        JsonOutput.print(out, json);
    }
}
