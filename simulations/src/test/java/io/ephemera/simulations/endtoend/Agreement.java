package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.ports.run.PlannedStep.Outcome;
import io.ephemera.ports.run.RunPlan;
import io.ephemera.reports.Recording;
import java.io.IOException;
import java.nio.file.Path;

/** What Gatling, pool, target and plan say of a run, to the unit. */
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

    /** A run in virtual time: each step has become what was planned. */
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
        assertEquals(0, result.at("/callByCall/different").asLong(0), run);
        assertEquals(0, result.at("/calls/otherFailures").asLong(), run);
        assertEquals(result.at("/calls/planned"), result.at("/calls/offered"), run);
        JsonNode pool = result.at("/counts/pool");
        long dropped = result.at("/counts/gateway/dropped").asLong(0);
        assertEquals(dropped, pool.at("/failedConnect").asLong(), run);
        assertEquals(pool.at("/leases").asLong(), pool.at("/connected").asLong() + dropped, run);
        if (result.at("/serverCounted").asBoolean()) {
            JsonNode server = result.at("/counts/server");
            assertEquals(pool.at("/connected"), server.at("/accepted"), run);
            assertEquals(pool.at("/activeClose"), server.at("/closedByClientFirst"), run);
            assertEquals(pool.at("/passiveClose"), server.at("/closedByServerFirst"), run);
            assertEquals(result.at("/calls/ok"), server.at("/responses"), run);
            assertEquals(result.at("/calls/challengedExchanges"), server.at("/challenges"), run);
        }
    }
}
