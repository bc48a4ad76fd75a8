package io.ephemera.cli.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.cli.console.Json;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Plan;
import java.io.PrintWriter;

/** A plan as JSON; {@code plan.schema.json} describes it. */
final class PlanJson {

    private static final int VERSION = 1;

    private PlanJson() {}

    static void print(PrintWriter out, String profile, LoadOptions.Planned planned, Plan plan) {
        Limits limits = plan.limits();
        ObjectNode json = Json.object()
                .put("schema", VERSION)
                .put("profile", profile)
                .put("ports", limits.ports())
                .put("timeWaitSeconds", limits.hold().toNanos() / 1e9)
                .put("scope", limits.scope().toString())
                .put("destinations", limits.destinations())
                .put("load", planned.kind())
                .put("calls", plan.calls())
                .put("durationSeconds", planned.duration().toNanos() / 1e9)
                .put("portsPerCall", plan.cost().portsPerCall())
                .put("serviceTimeSeconds", plan.cost().life().toNanos() / 1e9)
                .put("exhausts", plan.exhausts())
                .put("secondsToFirstExhaustion", Json.number(plan.secondsToFirstExhaustion()))
                .put("failedCalls", plan.refused())
                .put("okCalls", plan.ok())
                .put("peakTimeWait", plan.peakTimeWait())
                .put("highestSafeCallsPerSecond", plan.highestSafeCallsPerSecond())
                .put("headroom", Json.number(plan.headroom()));
        json.set("change", Json.tree(plan.smallestChange().orElse(null)));
        json.set("changes", Json.tree(plan.changes()));
        Json.print(out, json);
    }
}
