package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("whole-run")
@DisplayName("A scenario, run by Gatling,")
class ScenariosTest {

    private static final String SMALL = "ports=21000-21399 timeWait=60s live=off ";

    /** Every figure to the unit, but those that the system's own table is part of. */
    private static JsonNode asTold(WholeRun run, String verdict) throws Exception {
        JsonNode result = run.result(0);
        assertEquals(verdict, result.at("/verdict").asText(), run.output());
        assertFalse(result.at("/figures").isEmpty(), run.output());
        for (JsonNode figure : result.at("/figures")) {
            String name = figure.at("/name").asText();
            double predicted = figure.at("/predicted").asDouble();
            double tolerance = name.contains("netstat") || name.startsWith("of these") ? predicted / 100 : 0;
            assertEquals(predicted, figure.at("/measured").asDouble(-1), tolerance, figure.toString());
        }
        assertFalse(result.at("/lessons").isEmpty());
        return result;
    }

    @ParameterizedTest(name = "{0} with {1}: {2}, {3} is {4}, and it says {5}")
    @CsvSource({
        "MonitoringEngine, remedy=, exhausted, devices that one engine keeps up with, 25, devices were dark at once",
        "MonitoringEngine, remedy=split-engines, sustained, devices dark at the worst moment, 0, every poll",
        "ServiceToService, remedy=, exhausted, calls that service A has answered, 2425, unable to access remote server",
        "InAndOut, remedy=, exhausted, probes inward that succeed, 96, its network is well",
        "InAndOut, remedy=shared-connections, sustained, probes outward that fail, 0, all 96 probes",
        "BandAid, remedy=, exhausted, ports that a reset frees, 400, in spite of 2 resets",
        "OccupiedPort, remedy=, exhausted, binds of the service refused while the process hangs, 4, by a bind conflict",
        "Leak, remedy=, exhausted, connections left open at the end, 400, no tuning of TIME_WAIT helps",
        "SmallPool, remedy=, exhausted, calls of all callers at which ports run out, 13.167, the pool is too small",
        "NetstatTest, remedy=, exhausted, 'TIME_WAIT when calls are refused, by the model', 399, no free port"
    })
    void asTold(String simulation, String remedy, String verdict, String name, double value, String words)
            throws Exception {
        JsonNode result = asTold(OneJvm.run(simulation, SMALL + remedy), verdict);
        double measured = Double.NaN;
        for (JsonNode figure : result.at("/figures")) {
            if (figure.at("/name").asText().equals(name)) {
                measured = figure.at("/measured").asDouble();
            }
        }
        assertEquals(value, measured, result.at("/figures").toString());
        assertConcludes(words, result);
    }

    @Test
    @DisplayName("InAndOut, one call at a time: what probes see changes on the timeline at the same moments")
    void timeline() throws Exception {
        String one = asTold(OneJvm.run("InAndOut", SMALL + "concurrency=1"), "exhausted")
                .at("/timeline")
                .toString();
        String told = "outward: java.net.BindException: Address already in use: connect; inward: ok";
        assertTrue(one.contains(told), one);
        JsonNode several = asTold(OneJvm.run("InAndOut", SMALL + "remedy="), "exhausted");
        assertEquals(one, several.at("/timeline").toString());
    }

    @ParameterizedTest(name = "Migration with {0} is {1}, as predicted, and its ledger closes")
    @CsvSource({"remedy=, exhausted", "remedy=retries, exhausted", "remedy=batching, sustained"})
    void migrates(String remedy, String verdict) throws Exception {
        WholeRun run = OneJvm.run("Migration", SMALL + "workers=2 records=1200 " + remedy);
        assertConcludes("the ledger closes", asTold(run, verdict));
    }

    private static void assertConcludes(String words, JsonNode result) {
        String conclusions = result.at("/conclusions").toString();
        assertTrue(conclusions.contains(words), conclusions);
    }
}
