package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("whole-run")
@DisplayName("A run that fails under way ends with one clear line and keeps what it has:")
class InjectedFailureTest {

    private static final Map<String, String> QUICK = Map.of(
            "ephemera.ports", "22000-22999",
            "ephemera.timeWait", "60s",
            "ephemera.rates", "12,20",
            "ephemera.pace", "300");

    private static final int KILLS = 20;
    private static final int MOST_WRITES = 400;
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
            "and a migration that is killed at twenty random moments leaves a recording each time, and goes on to its end")
    void killed() throws Exception {
        Random random = new Random(SEED);
        Map<String, String> settings = new TreeMap<>(Map.of(
                "ephemera.ports", "22000-22999",
                "ephemera.timeWait", "60s",
                "ephemera.live", "off",
                "ephemera.records", Integer.toString(KILLS * MOST_WRITES),
                "ephemera.remedy", "shared-connections"));
        List<Path> killedRuns = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            try (GatlingProcess killed = GatlingProcess.start(folder, "Migration", List.of(), settings)) {
                killed.awaitLine("Simulation io.ephemera.simulations.Migration started");
                Path run = killed.latestRecording();
                int writes = 1 + random.nextInt(MOST_WRITES);
                String when = "kill " + kill + " with seed " + SEED + ", after " + writes + " writes";
                Path ledger = ledger();
                settings.put(
                        "ephemera.resume",
                        Objects.requireNonNull(ledger.getParent()).toString());
                assertTrue(killed.killAfter(writes, ledger), when + ": " + killed.output());
                assertFalse(Files.exists(run.resolve("result.json")), when);
                assertTrue(Files.size(run.resolve("recording.jsonl")) > 0, when);
                killedRuns.add(run);
            }
        }
        try (GatlingProcess last = GatlingProcess.start(folder, "Migration", List.of(), settings)) {
            assertEquals(0, last.exitCode(), last.output());
            assertTrue(last.output().contains("records have arrived before; it goes on with record"), last.output());
            assertTrue(last.output().contains("the ledger closes"), last.output());
        }
        for (Path run : killedRuns) {
            JsonNode result =
                    new ObjectMapper().readTree(run.resolve("result.json").toFile());
            assertTrue(result.at("/partial").asBoolean(), run.toString());
            assertEquals("inconclusive", result.at("/verdict").asText(), run.toString());
            assertEquals(0, result.at("/calls/otherFailures").asLong(), run.toString());
        }
        assertTrue(Files.exists(ledger().resolveSibling("in-doubt.csv")));
        try (GatlingProcess again = GatlingProcess.start(folder, "Migration", List.of(), settings)) {
            assertEquals(2, again.exitCode(), again.output());
            assertTrue(again.output().contains("all of its records have arrived"), again.output());
        }
    }

    private Path ledger() throws Exception {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith("ledger.bin")).findFirst().orElseThrow();
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
