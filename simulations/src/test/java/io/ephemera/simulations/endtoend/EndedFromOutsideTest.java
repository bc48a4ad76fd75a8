package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("whole-run")
@DisplayName("A run that is ended from outside leaves no process and nothing but its folder,")
class EndedFromOutsideTest {

    /** Hours of the wall: none ends by itself. */
    private static final String LONG = "ports=23000-23999 timeWait=60s pace=1 live=off ";

    @TempDir
    Path folder;

    private GatlingProcess begun(String simulation, String settings, String... prefix) throws Exception {
        GatlingProcess process = GatlingProcess.start(folder, simulation, LONG + settings, prefix);
        process.linesTo("step 1/");
        return process;
    }

    static void assertGone(GatlingProcess ended, List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle process : processes) {
            process.onExit().get(60, TimeUnit.SECONDS);
            assertFalse(Files.exists(Path.of("/tmp", ".java_pid" + process.pid())), "a socket to attach to");
            assertFalse(Files.exists(Path.of(".attach_pid" + process.pid())), "a file to attach by");
        }
        assertEquals(List.of(), ended.temporaryFiles());
    }

    /** It says how far it came: not to the end of what was planned. */
    private static void assertPartial(WholeRun run) throws Exception {
        JsonNode result = run.result();
        assertTrue(result.at("/partial").asBoolean(), run.output());
        assertEquals("inconclusive", result.at("/verdict").asText());
        String[] seconds =
                result.toString().split("it was cut off after ", 2)[1].split(" s of | s \\(modelled\\)", 3);
        double planned = Double.parseDouble(seconds[1].replace(",", ""));
        assertTrue(Double.parseDouble(seconds[0].replace(",", "")) < planned / 2, result.toString());
        assertFalse(run.output().contains("\tat "), run.output());
        assertFalse(run.output().contains("crashed"), run.output());
    }

    @Test
    @DisplayName("a migration by SIGTERM, which says how far it came")
    void terminated() throws Exception {
        try (GatlingProcess process = begun("Migration", "")) {
            List<ProcessHandle> processes = process.processes();
            assertTrue(processes.size() > 1, "the store is one");
            process.signal("TERM");
            WholeRun run = process.ended();
            assertPartial(run);
            assertEquals(3, run.exitCode(), "as it says");
            assertTrue(run.said().contains("(exit 3)"), run.output());
            assertGone(process, processes);
        }
    }

    @Test
    @DisplayName("a migration whose store is killed: it proves nothing, and has a result that says why")
    void storeKilled() throws Exception {
        try (GatlingProcess process = begun("Migration", "records=60000")) {
            List<ProcessHandle> processes = process.processes();
            processes.get(processes.size() - 1).destroyForcibly();
            WholeRun run = process.ended();
            assertEquals("inconclusive", run.result().at("/verdict").asText(), run.output());
            assertTrue(run.said().contains("the store of the migration has ended before it"), run.output());
            assertGone(process, processes);
        }
    }

    @Test
    @DisplayName("one whose Maven is killed, which says so to nobody and writes what it has")
    void orphaned() throws Exception {
        try (GatlingProcess process = begun("KeepAliveOff", "rates=10,12", "sh", "-c", "\"$@\" & wait", "sh")) {
            List<ProcessHandle> processes = process.processes();
            process.signal("KILL");
            WholeRun run = process.ended();
            assertGone(process, processes);
            assertPartial(run);
        }
    }
}
