package io.ephemera.simulations.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.reports.MergedResult;
import io.ephemera.reports.UnfinishedRuns;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("whole-run")
@DisplayName("Three nodes that share 30 and 45 calls/s, of which one is killed and started again as a pod is,")
class SharedLoadTest {

    @TempDir
    Path folder;

    private GatlingProcess start(int node) throws Exception {
        return GatlingProcess.start(
                folder, "KeepAliveOff", "ports=20000-20199 timeWait=20s rates=30,45 live=off share=" + node + "/3");
    }

    @Test
    @DisplayName("come to exactly three times what one does")
    void merged() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int victim = random.nextInt(3);
        List<GatlingProcess> nodes = new ArrayList<>();
        try {
            for (int node = 0; node < 3; node++) {
                nodes.add(start(node));
            }
            nodes.get(victim).linesTo("step " + (1 + random.nextInt(3)) + "/");
            nodes.get(victim).close();
            nodes.set(victim, start(victim));
            for (GatlingProcess node : nodes) {
                assertEquals(0, node.ended().exitCode(), () -> "seed " + seed + "\n" + node.output());
            }
        } finally {
            nodes.forEach(GatlingProcess::close);
        }
        MergedResult merged = MergedResult.of(UnfinishedRuns.recorded(folder.resolve("runs")));
        // Of a node: 15 calls/s for 20.8 s over 200 ports and 20 s.
        assertEquals(
                List.of(30.0, 45.0, 45.0),
                merged.steps().stream()
                        .map(MergedResult.MergedStep::offeredCallsPerSecond)
                        .toList());
        assertEquals(3 * 208L, merged.steps().get(0).ok());
        assertEquals(30.0, merged.totals().measuredCallsPerSecond());
        long ok = merged.nodes().get(0).sums().ok();
        assertTrue(merged.nodes().stream().allMatch(node -> node.sums().ok() == ok), merged.toString());
        assertEquals(3 * ok, merged.totals().ok());
        assertEquals(
                merged.totals().planned(),
                merged.totals().ok() + merged.totals().exhausted());
        assertEquals(0, merged.judgement().exitCode(), merged.toString());
        assertEquals(
                "EXHAUSTED above 30.00 calls/s, as predicted", merged.block().title());
    }
}
