package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A run that fails under way ends with one clear line and keeps what it has:")
class InjectedFailureTest {

    private static final Map<String, String> QUICK = Map.of(
            "ephemera.ports", "22000-22999",
            "ephemera.timeWait", "60s",
            "ephemera.rates", "12,20",
            "ephemera.pace", "300");

    private static final long SEED = Long.getLong("ephemera.test.seed", 1);

    @TempDir
    Path folder;

    @Test
    @DisplayName("the disk is full under the recording")
    void diskFull() throws Exception {
        requireMountNamespace();
        Path runs = Files.createDirectory(folder.resolve("runs"));
        String script = "mount -t tmpfs -o size=32k none \"$0\" && \"$@\"; code=$?; "
                + "echo kept $(cat \"$0\"/*/recording.jsonl | wc -l) lines; exit $code";
        List<String> onSmallDisk = List.of("unshare", "--mount", "sh", "-c", script, runs.toString());
        try (GatlingProcess run = GatlingProcess.start(folder, onSmallDisk, QUICK)) {
            assertEquals(3, run.exitCode(), run.output());
            List<String> ends = run.output()
                    .lines()
                    .filter(line -> line.startsWith("Ephemera: the run ends here"))
                    .toList();
            assertEquals(1, ends.size(), run.output());
            assertTrue(ends.get(0).contains("recording.jsonl"), ends.get(0));
            String kept = run.output().lines().reduce("", (first, last) -> last);
            assertTrue(Integer.parseInt(kept.replaceAll("\\D", "")) > 10, kept);
        }
    }

    @Test
    @DisplayName("but one that stands still for seconds, and goes on, is as predicted to the call")
    void standsStill() throws Exception {
        try (GatlingProcess run = GatlingProcess.start(folder, QUICK)) {
            run.awaitLine("step 1/3");
            run.signal("STOP");
            // The length of the jump, not a synchronisation: nothing of the process can be waited for while it stands
            // still.
            assertEquals(0, new ProcessBuilder("sleep", "3").start().waitFor());
            run.signal("CONT");
            assertEquals(0, run.exitCode(), run.output());
            assertEquals("exhausted", run.result().at("/verdict").asText());
            Agreement.toTheCall(run.runs().get(0), run.result());
        }
    }

    @Test
    @DisplayName(
            "and one that is killed, at whatever moment, leaves a recording that the next run turns into a partial result")
    void killed() throws Exception {
        Random random = new Random(SEED);
        for (int kill = 0; kill < 4; kill++) {
            Path own = folder.resolve("kill-" + kill);
            try (GatlingProcess killed = GatlingProcess.start(own, QUICK)) {
                killed.awaitLine("step 1/3");
                long millis = random.nextInt(900);
                // Any moment will do; which one it was makes the test no other.
                Thread.sleep(millis);
                killed.kill();
                killed.exitCode();
                String when = "seed " + SEED + ", " + millis + " ms into the load";
                Path run = killed.runs().get(0);
                assertFalse(Files.exists(run.resolve("result.json")), when);
                assertTrue(Files.size(run.resolve("recording.jsonl")) > 0, when);
                try (GatlingProcess next =
                        GatlingProcess.start(own, Map.of("ephemera.target", "http://127.0.0.1:1/"))) {
                    assertEquals(2, next.exitCode(), next.output());
                    JsonNode result = killed.result();
                    assertTrue(result.at("/partial").asBoolean(), when);
                    assertEquals("inconclusive", result.at("/verdict").asText(), when);
                    assertEquals(0, result.at("/calls/otherFailures").asLong(), when);
                }
            }
        }
    }

    private static void requireMountNamespace() throws Exception {
        boolean can;
        try {
            can = new ProcessBuilder("unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (java.io.IOException e) {
            can = false;
        }
        if (!can) {
            System.out.println("skipped: missing capability: a mount namespace (unshare --mount, as root)");
        }
        Assumptions.assumeTrue(can, "missing capability: a mount namespace (unshare --mount, as root)");
    }
}
