package io.ephemera.cli.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ephemera.cli.console.JsonOutput;
import io.ephemera.ports.plan.ClientPool;
import io.ephemera.ports.plan.Fleet;
import io.ephemera.ports.plan.FleetPlan;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Plan;
import io.ephemera.ports.plan.PoolOutcome;
import io.ephemera.ports.plan.PoolPlan;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

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

    /** Of a pool; {@code plan-pool.schema.json} describes it. */
    static void print(PrintWriter out, String profile, PoolPlan plan) {
        PoolOutcome outcome = plan.outcome();
        ClientPool pool = plan.pool();
        ObjectNode json = JsonOutput.object()
                .put("schema", VERSION)
                .put("client", pool.name())
                .put("keptPerDestination", bound(pool.kept().perDestination()))
                .put("keptInAll", bound(pool.kept().inAll()))
                .put("openPerDestination", bound(pool.open().perDestination()))
                .put("openInAll", bound(pool.open().inAll()))
                .put("idleTimeoutSeconds", seconds(pool.idleTimeout()))
                .put("serverIdleTimeoutSeconds", seconds(pool.serverIdleTimeout()))
                .put("lifeSeconds", seconds(pool.life()))
                .put("callsPerConnection", bound(pool.callsPerConnection()))
                .put("streams", pool.streams())
                .put("callsPerSecond", plan.load().callsPerSecond())
                .put("concurrency", plan.load().concurrency())
                .put("serviceTimeSeconds", seconds(plan.load().serviceTime()))
                .put("seed", plan.load().seed())
                .put("profile", profile)
                .put("ports", plan.limits().ports())
                .put("timeWaitSeconds", seconds(plan.limits().hold()))
                .put("scope", plan.limits().scope().toString())
                .put("destinations", plan.limits().destinations())
                .put("exhausts", !plan.holds())
                .put("openedPerSecond", outcome.openedPerSecond())
                .put("openedPerCall", outcome.openedPerCall())
                .put("portsPerSecond", plan.portsPerSecond())
                .put("mostPorts", outcome.mostPorts())
                .put("mostOpen", outcome.mostOpen())
                .put("waitingCalls", outcome.calls() == 0 ? 0.0 : (double) outcome.waited() / outcome.calls())
                .put("thresholdCallsPerSecond", JsonOutput.number(plan.threshold()))
                .put(
                        "smallestPool",
                        plan.smallest().isEmpty()
                                ? null
                                : (Integer) plan.smallest().getAsInt())
                .put("closedForm", plan.isClosedForm());
        JsonOutput.print(out, json);
    }

    private static @Nullable Integer bound(int bound) {
        return bound == ClientPool.UNLIMITED ? null : (Integer) bound;
    }

    private static @Nullable Double seconds(@Nullable Duration time) {
        return time == null ? null : (Double) (time.toNanos() / 1e9);
    }

    /** Of a fleet; {@code plan-fleet.schema.json} describes it. */
    static void print(PrintWriter out, FleetPlan plan) {
        Fleet fleet = plan.fleet();
        ObjectNode json = JsonOutput.object()
                .put("schema", VERSION)
                .put("profile", fleet.entry().name())
                .put("instances", fleet.instances())
                .put("addresses", fleet.addresses())
                .put("shared", fleet.isShared())
                .put("holdSeconds", seconds(fleet.hold()))
                .put("portsEach", fleet.portsEach())
                .put("mostPortsEach", number(fleet.mostPortsEach()))
                .put("mostInstances", number(fleet.mostInstances()))
                .put("callsPerSecond", JsonOutput.number(plan.callsPerSecond()))
                .put("busiest", plan.busiest())
                .put("safeCallsPerSecondEach", plan.callsPerSecondEach())
                .put("safeCallsPerSecond", plan.callsPerSecondOfAll())
                .put("portsNeeded", plan.portsNeeded())
                .put("exhausts", !plan.holds())
                .put("secondsToFirstExhaustion", JsonOutput.number(plan.firstFailureSeconds()));
        json.set("changes", JsonOutput.tree(plan.changes()));
        json.set("settings", JsonOutput.tree(FleetText.settings(plan)));
        JsonOutput.print(out, json);
    }

    private static @Nullable Integer number(OptionalInt number) {
        return number.isEmpty() ? null : (Integer) number.getAsInt();
    }
}
