package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("whole-run")
@DisplayName("TuningMatrix, run by Gatling,")
class TuningMatrixTest {

    /** Half a minute's TIME_WAIT over sixty ports: 2 calls/s. */
    private static final String ROWS = """
            defaults: ports=20000-20059 timeWait=30s
            keep-alive: ports=20000-20059 timeWait=30s remedy=keep-alive callsPerUser=2
            shared: ports=20000-20059 timeWait=30s remedy=shared-connections
            """;

    @TempDir
    Path folder;

    private String matrix(String rows) throws Exception {
        return "matrix=" + Files.writeString(folder.resolve("rows.matrix"), rows) + " ";
    }

    @Test
    @DisplayName("makes a run of each row, with a result of its own, and one table with what each carries")
    void rows() throws Exception {
        WholeRun run = OneJvm.run("TuningMatrix", matrix(ROWS) + "require=25");
        assertEquals(0, run.exitCode(), "the last row carries it: " + run.output());
        Path matrix = run.run();
        JsonNode table = WholeRun.json(matrix.resolve("matrix.json"));
        assertEquals(0, table.at("/exitCode").asInt());
        assertFalse(table.at("/partial").asBoolean());
        assertEquals(3, table.at("/rows").size(), run.output());
        for (JsonNode row : table.at("/rows")) {
            Path own = matrix.resolve(row.at("/runId").asText());
            JsonNode result = WholeRun.json(own.resolve("result.json"));
            assertEquals(row.at("/exitCode"), result.at("/exitCode"));
            assertEquals(row.at("/measuredCallsPerSecond"), result.at("/measured/thresholdCallsPerSecond"));
            Agreement.toTheCall(own, result);
            assertTrue(Files.exists(own.resolve("index.html")));
        }
        measured(table.at("/rows/0"), 2);
        measured(table.at("/rows/1"), 4);
        assertEquals(
                table.at("/rows/1/measuredCallsPerSecond").asDouble() / 25,
                table.at("/rows/1/headroom").asDouble(),
                0.001);
        assertEquals("bounded", table.at("/rows/2/kind").asText(), run.output());
        assertTrue(table.at("/rows/2/predictedCallsPerSecond").isNull());
        // What is required is offered where that is more than ten times what the ports would suffice for.
        assertEquals(25, table.at("/rows/2/sustainedCallsPerSecond").asDouble());
        assertTrue(run.output().lines().anyMatch(line -> line.startsWith("PASS ")), run.output());
        assertTrue(Files.readString(matrix.resolve("index.html")).contains("The rows"));
        assertTrue(Files.readString(matrix.resolve("junit.xml")).contains("tests=\"4\""));
    }

    private static void measured(JsonNode row, double threshold) {
        assertEquals("measured", row.at("/kind").asText());
        assertEquals(threshold, row.at("/predictedCallsPerSecond").asDouble());
        assertEquals(threshold, row.at("/measuredCallsPerSecond").asDouble());
    }

    @Test
    @DisplayName("killed in its second row, keeps the first, and the next run finishes the second as a partial one")
    void killed() throws Exception {
        // So slow that it is killed while there are calls to come.
        try (GatlingProcess process = GatlingProcess.start(folder, "TuningMatrix", matrix(ROWS) + "pace=1000")) {
            process.linesTo("row 2/3");
            process.linesTo("step 1/1");
            process.signal("KILL");
            Path matrix = process.ended().run();
            JsonNode table = WholeRun.json(matrix.resolve("matrix.json"));
            assertTrue(table.at("/partial").asBoolean());
            assertEquals(3, table.at("/plannedRows").asInt());
            assertEquals(1, table.at("/rows").size());
            assertTrue(Files.exists(matrix.resolve("01-defaults/result.json")));
            Path second = matrix.resolve("02-keep-alive");
            assertTrue(Files.size(second.resolve("recording.jsonl")) > 0);
            assertFalse(Files.exists(second.resolve("result.json")));
            OneJvm.run("KeepAliveOff", "target=http://127.0.0.1:1/ report.dir=" + folder.resolve("runs"));
            assertTrue(
                    WholeRun.json(second.resolve("result.json")).at("/partial").asBoolean());
        }
    }

    @ParameterizedTest(name = "refuses \"{0}\" with one line and exit code 2, and writes nothing")
    @CsvSource(delimiter = '!', textBlock = """
            a: remedy=luck ! line 1: ephemera.remedy=luck: a remedy is
            a: pattern=keep-alive-shared remedy=shared-connections ! row a: ephemera.remedy=shared-connections: pattern keep-alive-shared is that already
            """)
    void badInput(String row, String message) throws Exception {
        OneJvm.run("TuningMatrix", matrix(row)).assertRefused(message);
    }
}
