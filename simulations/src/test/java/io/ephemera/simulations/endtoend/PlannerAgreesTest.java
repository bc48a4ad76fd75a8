package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.ports.plan.CallCost;
import io.ephemera.ports.plan.Limits;
import io.ephemera.ports.plan.Load;
import io.ephemera.ports.plan.Plan;
import io.ephemera.ports.plan.Planner;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RunPlan;
import io.ephemera.simulations.load.Schedule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@DisplayName("The planner, in virtual time, and a run over real connections")
class PlannerAgreesTest {

    @TempDir
    Path folder;

    @Test
    @DisplayName("come to the same of the same staircase: successes at most 0.5 % apart, refused from the same step on")
    void sameStaircase() throws Exception {
        try (GatlingProcess run = GatlingProcess.conclusive(
                folder,
                own -> GatlingProcess.start(
                        own,
                        Map.of(
                                "ephemera.ports", "20000-20999",
                                "ephemera.timeWait", "60s",
                                "ephemera.rates", "12,16,18,20",
                                "ephemera.speedup", "30")))) {
            assertEquals(0, run.exitCode(), run.output());
            JsonNode result = run.result();
            RunPlan staircase = Recording.read(run.runs().get(0)).plan();
            Schedule modelled = new Schedule(staircase.steps(), 1);
            Plan plan = Planner.plan(
                    Load.of(modelled.calls(), modelled::startNanos),
                    new Limits(
                            staircase.effectivePorts(),
                            staircase.profile().timeWait(),
                            staircase.profile().scope(),
                            1,
                            List.of()),
                    CallCost.ONE_PORT);

            long ok = result.at("/calls/ok").asLong();
            System.out.println("planner " + plan.ok() + " ok of " + plan.calls() + ", run " + ok);
            assertEquals(plan.calls(), result.at("/calls/offered").asLong(), "the same load");
            assertTrue(Math.abs(ok - plan.ok()) <= 0.005 * plan.ok(), "planner " + plan.ok() + ", run " + ok);
            assertTrue(plan.refused() > 1_000 && ok > 3_000, "enough of both to tell: " + plan);
            assertTrue(plan.firstRefusal() != null);
            assertEquals(
                    result.at("/measured/firstExhaustedCallsPerSecond").asDouble(),
                    plan.firstRefusal() == null
                            ? 0
                            : staircase
                                    .steps()
                                    .get(modelled.stepOf(plan.firstRefusal().call()))
                                    .offeredCallsPerSecond(),
                    "refused from the same step on");
        }
    }
}
