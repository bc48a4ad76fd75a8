package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code ephemera.torture.seed} is the seed of the first run, {@code ephemera.torture.runs} how many there are, and with
 * {@code ephemera.torture.shrink=false} what is wrong is not made smaller. CONTRIBUTING.md has the command for many.
 */
@Tag("whole-run")
@DisplayName("A tortured run")
class TortureTest {

    private static final long FIRST_SEED = Long.getLong("ephemera.torture.seed", 15_826);
    private static final int RUNS = Integer.getInteger("ephemera.torture.runs", 18);
    private static final int PROGRESS = 50;
    private static final long SLOW_NANOS = 10_000_000_000L;
    private static final boolean SHRINK = !"false".equals(System.getProperty("ephemera.torture.shrink"));

    @Test
    @DisplayName(
            "ends in a true verdict, or is inconclusive for the right reason, whatever its target and the machine do")
    void truth() throws Exception {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "whole-runs")), "torture-")
                .toAbsolutePath();
        Map<Long, String> wrong = new TreeMap<>();
        try (Torturer torturer = new Torturer(folder)) {
            for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
                TortureCase tortured = TortureCase.of(seed);
                long began = System.nanoTime();
                List<String> complaints = torturer.complaints(tortured);
                if (System.nanoTime() - began > SLOW_NANOS) {
                    System.out.println(
                            "torture: " + (System.nanoTime() - began) / 1_000_000_000 + " s took " + tortured);
                }
                if (!complaints.isEmpty()) {
                    String said = tortured + "\n  " + String.join("\n  ", complaints);
                    System.out.println("torture: wrong: " + said);
                    TortureCase shrunk = SHRINK ? torturer.shrunk(tortured) : tortured;
                    System.out.println("torture: shrunk to " + shrunk);
                    wrong.put(seed, said + "\n  shrunk to " + shrunk);
                }
                if (RUNS > PROGRESS && (seed - FIRST_SEED + 1) % PROGRESS == 0) {
                    System.out.println("torture: " + (seed - FIRST_SEED + 1) + " runs, " + wrong.size() + " wrong"
                            + torturer.open());
                }
            }
        }
        assertEquals(Map.of(), wrong, () -> "of " + RUNS + " runs from seed " + FIRST_SEED + ": " + wrong.values());
        try (var left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
        Files.delete(folder);
    }
}
