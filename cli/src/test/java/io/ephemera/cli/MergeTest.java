package io.ephemera.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ephemera.cli.report.KilledRuns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("ephemera merge")
class MergeTest {

    @TempDir
    private Path folder;

    private void killed(int node) throws Exception {
        KilledRuns.write(folder, "node-" + node + "/run", KilledRuns.GONE_PID, Map.of("ephemera.share", node + "/3"));
    }

    @Test
    @DisplayName("names the nodes that are missing or were killed, and writes its result and its page")
    void doubts() throws Exception {
        killed(0);
        killed(2);
        Ran ran = Ran.ephemera("merge " + folder);
        assertEquals(3, ran.exitCode());
        assertTrue(
                ran.out().contains("INCONCLUSIVE Not measured: of 3 nodes one is missing: node 1 (exit 3)"), ran.out());
        assertTrue(ran.out().contains("also       node 0: partial run"), ran.out());
        assertTrue(Files.readString(folder.resolve("merged.html")).contains("of 3 nodes one is missing: node 1"));
        JsonNode json = new ObjectMapper()
                .readTree(Ran.ephemera("merge --json " + folder).out());
        assertEquals(new ObjectMapper().readTree(folder.resolve("merged.json").toFile()), json);
        assertEquals(2, json.at("/nodes").size());
        assertEquals(3, json.at("/plannedNodes").asInt());
    }

    @Test
    @DisplayName("refuses a run with a load of its own, and a folder without a run")
    void refused() throws Exception {
        assertEquals(2, Ran.ephemera("merge " + folder).exitCode());
        KilledRuns.write(folder, "run", KilledRuns.GONE_PID);
        Ran ran = Ran.ephemera("merge " + folder);
        assertEquals(2, ran.exitCode());
        assertTrue(ran.err().contains("give each node its share, like ephemera.share=0/3"), ran.err());
        assertTrue(Files.notExists(folder.resolve("merged.json")));
    }
}
