package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.ports.Scope;
import io.ephemera.ports.plan.CallCost;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Load;
import io.ephemera.ports.plan.Plan;
import io.ephemera.ports.plan.Planner;
import io.ephemera.ports.run.PlannedStep.Outcome;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.ports.run.Schedule;
import io.ephemera.reports.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What Gatling, pool, target and planner say of a run, to the unit. */
final class Agreement {

    private static final double MOST_APART_PERCENT = 2;

    private Agreement() {}

    /** On the kernel: as predicted, but for what a busy machine takes away from the generator; and the exit code says which. */
    static void near(double threshold, WholeRun run) throws IOException {
        JsonNode result = run.result();
        assertEquals("exhausted", result.at("/verdict").asText(), run.output());
        assertEquals(threshold, result.at("/predicted/thresholdCallsPerSecond").asDouble());
        double apart = result.at("/measured/errorPercent").asDouble(100);
        assertTrue(apart <= MOST_APART_PERCENT, run.output());
        assertEquals(apart <= 0.5 ? 0 : 1, run.exitCode(), run.output());
    }

    /** A run in virtual time: each step has become what was planned, and all together what the planner says. */
    static JsonNode toTheCall(WholeRun run) throws Exception {
        JsonNode result = run.result(0);
        toTheCall(run.run(), result);
        return result;
    }

    /** The same of a row of a matrix. */
    static void toTheCall(Path folder, JsonNode result) throws Exception {
        RunPlan plan = Recording.read(folder).plan();
        String run = folder.getFileName() + ": " + result.at("/verdictReason").asText();
        for (int step = 0; step < plan.steps().size(); step++) {
            Outcome planned = plan.steps().get(step).outcome();
            JsonNode measured = result.at("/steps/" + step);
            assertEquals(
                    planned,
                    new Outcome(
                            measured.at("/ok").asLong(),
                            measured.at("/exhausted").asLong()),
                    "step " + step + " of " + run);
        }
        assertEquals(planned(plan), refusedUsers(result, plan), run);
        assertEquals(0, result.at("/callByCall/different").asLong(0), run);
        assertEquals(0, result.at("/calls/otherFailures").asLong(), run);
        assertEquals(result.at("/calls/planned"), result.at("/calls/offered"), run);
        JsonNode pool = result.at("/counts/pool");
        assertEquals(0, pool.at("/failedConnect").asLong(), run);
        assertEquals(pool.at("/leases"), pool.at("/connected"), run);
        if (result.at("/serverCounted").asBoolean()) {
            JsonNode server = result.at("/counts/server");
            assertEquals(pool.at("/connected"), server.at("/accepted"), run);
            assertEquals(pool.at("/activeClose"), server.at("/closedByClientFirst"), run);
            assertEquals(pool.at("/passiveClose"), server.at("/closedByServerFirst"), run);
            assertEquals(result.at("/calls/ok"), server.at("/responses"), run);
            assertEquals(result.at("/calls/challengedExchanges"), server.at("/challenges"), run);
        }
    }

    private static int callsPerUser(RunPlan plan) {
        return plan.calls().portsPerCall() > 0 && plan.calls().portsPerCall() < 1
                ? (int) Math.round(1 / plan.calls().portsPerCall())
                : 1;
    }

    private static long refusedUsers(JsonNode result, RunPlan plan) {
        return result.at("/calls/exhausted").asLong() / callsPerUser(plan);
    }

    /** Users that the planner says are refused. */
    private static long planned(RunPlan plan) {
        if (plan.thresholdCallsPerSecond() == null) {
            return 0;
        }
        int callsPerUser = callsPerUser(plan);
        Schedule schedule = new Schedule(plan.steps(), 1);
        Plan planned = Planner.plan(
                Load.of(schedule.calls() / callsPerUser, user -> schedule.startNanos(user * callsPerUser)),
                new Limits(
                        plan.limits().effectivePorts() / plan.limits().pools(),
                        plan.limits().profile().timeWait(),
                        Scope.DESTINATION,
                        plan.limits().pools(),
                        List.of()),
                new CallCost((int) Math.round(plan.calls().portsPerCall() * callsPerUser), Duration.ZERO));
        return planned.refused();
    }
}
