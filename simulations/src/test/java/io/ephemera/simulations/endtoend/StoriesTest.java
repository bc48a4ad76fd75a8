package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A scenario over a thousand ports ends as its story tells:")
@Tag("slow")
class StoriesTest {

    @TempDir
    Path folder;

    private JsonNode asPredicted(String simulation, String ports) throws Exception {
        Map<String, String> settings = Map.of(
                "ephemera.ports", ports, "ephemera.timeWait", "60s", "ephemera.speedup", "15", "ephemera.live", "off");
        try (GatlingProcess run =
                GatlingProcess.conclusive(folder, in -> GatlingProcess.start(in, simulation, List.of(), settings))) {
            assertEquals(0, run.exitCode(), run.output());
            JsonNode result = run.result();
            assertEquals("exhausted", result.at("/verdict").asText(), run.output());
            assertTrue(result.at("/figures").size() > 0, run.output());
            for (JsonNode figure : result.at("/figures")) {
                assertTrue(figure.at("/errorPercent").asDouble(100) <= 1, figure.toString());
            }
            return result;
        }
    }

    private static double measured(JsonNode result, String name) {
        for (JsonNode figure : result.at("/figures")) {
            if (figure.at("/name").asText().equals(name)) {
                return figure.at("/measured").asDouble();
            }
        }
        throw new AssertionError("no figure " + name + " in " + result.at("/figures"));
    }

    @Test
    @DisplayName("BandAid, where both resets help for as long as it took at first")
    void bandAid() throws Exception {
        JsonNode result = asPredicted("BandAid", "25000-25999");
        assertEquals(40, measured(result, "time for which reset 1 helps"), 0.5);
        assertEquals(40, measured(result, "time for which reset 2 helps"), 0.5);
        long resets = result.at("/timeline").findValuesAsText("text").stream()
                .filter(text -> text.startsWith("stack reset:"))
                .count();
        assertEquals(2, resets, result.at("/timeline").toString());
    }

    @Test
    @DisplayName("OccupiedPort, where one port has a listener and the others are used up")
    @Tag("long")
    void occupiedPort() throws Exception {
        JsonNode result = asPredicted("OccupiedPort", "26000-26999");
        assertEquals(1, measured(result, "taken ports with a listener"));
        assertEquals(4, measured(result, "binds of the service refused while the process hangs"));
        assertEquals(0, measured(result, "binds of the service refused once it is ended"));
        String findings = result.at("/conclusions").toString();
        assertTrue(findings.contains("by port exhaustion") && findings.contains("by a bind conflict"), findings);
    }

    @Test
    @DisplayName("Leak, where hardly a port is in TIME_WAIT")
    @Tag("long")
    void leak() throws Exception {
        JsonNode result = asPredicted("Leak", "27000-27999");
        assertEquals("live", result.at("/measured/heldBy").asText());
        String findings = result.at("/conclusions").toString();
        assertTrue(findings.contains("CLOSE_WAIT") && findings.contains("no tuning of TIME_WAIT helps"), findings);
    }

    @Test
    @DisplayName("NetstatTest, where netstat and the model show the same, and who burns the ports")
    void netstat() throws Exception {
        JsonNode result = asPredicted("NetstatTest", "28000-28999");
        assertEquals(1000, measured(result, "TIME_WAIT when calls are refused, by the model"), 10);
        String findings = result.at("/conclusions").toString();
        assertTrue(findings.contains("port exhaustion: no port is left"), findings);
        assertTrue(findings.contains("remote registry and PerfMon"), findings);
    }
}
