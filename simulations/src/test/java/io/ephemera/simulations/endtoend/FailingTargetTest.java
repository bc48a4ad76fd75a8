package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not exhaustion must not look like it: each run here is inconclusive, and says why. */
@Tag("slow")
@DisplayName("A run whose target")
class FailingTargetTest {

    @TempDir
    Path folder;

    private GatlingProcess start(TargetServer target, List<String> prefix, String... more) throws Exception {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "ephemera.ports", "21000-21999",
                "ephemera.timeWait", "60s",
                "ephemera.rates", "12",
                "ephemera.speedup", "30",
                "ephemera.target", target.uri().toString()));
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return GatlingProcess.start(folder, prefix, settings);
    }

    private static JsonNode inconclusive(GatlingProcess run, String reason) throws Exception {
        assertEquals(3, run.exitCode(), run.output());
        JsonNode result = run.result();
        assertEquals("inconclusive", result.at("/verdict").asText(), run.output());
        assertTrue(result.at("/reasons").toString().contains(reason), run.output());
        return result;
    }

    @Test
    @DisplayName("is foreign and healthy is as predicted, and says that the server was not counted")
    void healthy() throws Exception {
        try (TargetServer target = TargetServer.start(TargetOptions.defaults());
                GatlingProcess run = start(target, List.of(), "ephemera.rates", "12,20")) {
            int exitCode = run.exitCode();
            JsonNode result = run.result();
            assertEquals(false, result.at("/serverCounted").asBoolean());
            assertEquals(
                    result.at("/counts/pool/connected").asLong(),
                    result.at("/counts/pool/activeClose").asLong(),
                    "the client closed first, though the target was told nothing");
            if (exitCode == 3) {
                // A machine that had no time for the generator: nothing is proved, and the run says so.
                assertEquals("inconclusive", result.at("/verdict").asText(), run.output());
            } else {
                assertEquals(0, exitCode, run.output());
                assertEquals("exhausted", result.at("/verdict").asText(), run.output());
            }
        }
    }

    @Test
    @DisplayName("stops in the middle is inconclusive: calls were refused, not out of ports")
    void stops() throws Exception {
        TargetServer target = TargetServer.start(TargetOptions.defaults());
        try (GatlingProcess run = start(target, List.of())) {
            run.awaitLine("step 1/2");
            target.close();
            JsonNode result = inconclusive(run, "failed otherwise (refused");
            assertEquals(0, result.at("/calls/exhausted").asLong());
        } finally {
            target.close();
        }
    }

    @Test
    @DisplayName("begins to answer 500 is inconclusive: the target answered with an error")
    void errors() throws Exception {
        TargetServer healthy = TargetServer.start(TargetOptions.defaults());
        try (GatlingProcess run = start(healthy, List.of())) {
            run.awaitLine("step 1/2");
            int port = healthy.port();
            healthy.close();
            try (TargetServer failing =
                    TargetServer.start(TargetOptions.defaults().withPort(port).withStatus(500))) {
                inconclusive(run, "http-500");
                assertTrue(failing.counters().responses() > 0);
            }
        } finally {
            healthy.close();
        }
    }

    @Test
    @DisplayName("is slow is inconclusive: live connections held the ports, at this speedup")
    void slow() throws Exception {
        TargetOptions slow = TargetOptions.defaults().withServiceTime(Duration.ofMillis(1500));
        try (TargetServer target = TargetServer.start(slow);
                GatlingProcess run = start(target, List.of())) {
            JsonNode result = inconclusive(run, "this speedup is too high");
            assertEquals("live", result.at("/measured/heldBy").asText(), run.output());
        }
    }

    @Test
    @DisplayName(
            "is slow while this process may open few files is inconclusive: no more calls are offered before files run out")
    void descriptors() throws Exception {
        TargetOptions slow = TargetOptions.defaults().withServiceTime(Duration.ofMillis(1500));
        List<String> fewFiles = List.of("bash", "-c", "ulimit -n 320; exec \"$@\"", "bash");
        try (TargetServer target = TargetServer.start(slow);
                GatlingProcess run = start(target, fewFiles)) {
            JsonNode result = inconclusive(run, "files open that this process may open (ulimit -n)");
            assertEquals(0, result.at("/calls/otherFailures").asLong(), run.output());
            assertTrue(result.at("/calls/offered").asLong() > 10, run.output());
        }
    }
}
