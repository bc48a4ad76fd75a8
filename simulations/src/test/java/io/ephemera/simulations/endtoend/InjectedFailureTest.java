package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
@Tag("whole-run")
@DisplayName("A run that fails under way ends with one clear line and keeps what it has:")
class InjectedFailureTest {

    private static final String QUICK = "ports=22000-22999 timeWait=60s rates=12,20 pace=300 ";
    /** Each is the start of a JVM; {@code benchmarks} has a command for hundreds, {@code MigrationTest} all that the ledger may hold. */
    private static final int KILLS = 2;

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
        try (GatlingProcess process = GatlingProcess.start(
                folder, "KeepAliveOff", QUICK, "unshare", "--mount", "sh", "-c", script, runs.toString())) {
            WholeRun run = process.ended();
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
        try (GatlingProcess process = GatlingProcess.start(folder, "KeepAliveOff", QUICK)) {
            process.linesTo("step 1/3");
            process.signal("STOP");
            // The length of the jump, not a synchronisation: nothing of the process can be waited for while it stands
            // still.
            assertEquals(0, new ProcessBuilder("sleep", "3").start().waitFor());
            process.signal("CONT");
            JsonNode result = Agreement.toTheCall(process.ended());
            assertEquals("exhausted", result.at("/verdict").asText());
        }
    }

    @Test
    @DisplayName(
            "and a migration that is killed at random moments leaves a recording each time, and goes on to its end")
    void killed() throws Exception {
        Random random = new Random(SEED);
        String settings =
                "ports=22000-22999 timeWait=60s live=off remedy=shared-connections records=" + KILLS * MOST_WRITES;
        List<Path> killedRuns = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            try (GatlingProcess killed = GatlingProcess.start(folder, "Migration", settings)) {
                killed.linesTo("Simulation io.ephemera.simulations.Migration started");
                Path run = found(file -> file.endsWith("recording.jsonl") && !killedRuns.contains(file.getParent()));
                int writes = 1 + random.nextInt(MOST_WRITES);
                String when = "kill " + kill + " with seed " + SEED + ", after " + writes + " writes";
                Path ledger = ledger();
                settings += " resume=" + ledger.getParent();
                List<ProcessHandle> processes = killed.processes();
                assertTrue(killed.killAfter(writes, ledger), when + ": " + killed.output());
                EndedFromOutsideTest.assertGone(killed, processes);
                assertFalse(Files.exists(run.resolveSibling("result.json")), when);
                assertTrue(Files.size(run) > 0, when);
                killedRuns.add(Objects.requireNonNull(run.getParent()));
            }
        }
        try (GatlingProcess process = GatlingProcess.start(folder, "Migration", settings)) {
            WholeRun last = process.ended();
            assertEquals(0, last.exitCode(), last.output());
            assertTrue(last.said().contains("records have arrived before; it goes on with record"), last.output());
            assertTrue(last.said().contains("the ledger closes"), last.output());
        }
        for (Path run : killedRuns) {
            JsonNode result = WholeRun.json(run.resolve("result.json"));
            assertTrue(result.at("/partial").asBoolean(), run.toString());
            assertEquals("inconclusive", result.at("/verdict").asText(), run.toString());
            assertEquals(0, result.at("/calls/otherFailures").asLong(), run.toString());
        }
        assertTrue(Files.exists(ledger().resolveSibling("in-doubt.csv")));
        OneJvm.run("Migration", settings).assertRefused("all of its records have arrived");
    }

    private Path ledger() throws IOException {
        return found(file -> file.endsWith("ledger.bin"));
    }

    private Path found(Predicate<Path> wanted) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(wanted).findFirst().orElseThrow();
        }
    }

    private static void requireMountNamespace() throws InterruptedException {
        boolean can;
        try {
            can = new ProcessBuilder("unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt")
                            .redirectErrorStream(true)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            can = false;
        }
        Assumptions.assumeTrue(can, "skipped: missing capability: a mount namespace (unshare --mount, as root)");
    }
}
