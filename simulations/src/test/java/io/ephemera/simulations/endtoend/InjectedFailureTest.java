package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A run that fails under way ends with one clear line and keeps what it has:")
class InjectedFailureTest {

    private static final Map<String, String> QUICK = Map.of(
            "ephemera.ports", "22000-22999",
            "ephemera.timeWait", "60s",
            "ephemera.rates", "12",
            "ephemera.speedup", "30");

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
    @DisplayName("the clock jumps, since the whole process stood still")
    void clockJumps() throws Exception {
        try (GatlingProcess run = GatlingProcess.start(folder, QUICK)) {
            run.awaitLine("step 1/2");
            run.signal("STOP");
            // The length of the jump, not a synchronisation: nothing of the process can be waited for while it stands
            // still.
            assertEquals(0, new ProcessBuilder("sleep", "3").start().waitFor());
            run.signal("CONT");
            assertEquals(3, run.exitCode(), run.output());
            JsonNode result = run.result();
            assertEquals("inconclusive", result.at("/verdict").asText());
            assertTrue(result.at("/verdictReason").asText().contains("behind schedule"), run.output());
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
