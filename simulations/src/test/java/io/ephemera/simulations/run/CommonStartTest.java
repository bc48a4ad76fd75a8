package io.ephemera.simulations.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.ephemera.ports.run.Share;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Nodes that share a load")
class CommonStartTest {

    @TempDir
    Path folder;

    private FutureTask<List<Integer>> ready(int node) {
        FutureTask<List<Integer>> waits = new FutureTask<>(() -> CommonStart.await(
                new Share(node, 3),
                folder.resolve("node-" + node),
                Duration.ofHours(1).toNanos()));
        new Thread(waits, "node-" + node).start();
        return waits;
    }

    @Test
    @DisplayName("begin when all are ready, and one that is started again begins at once")
    void together() throws Exception {
        List<FutureTask<List<Integer>>> nodes = new ArrayList<>(List.of(ready(0), ready(1)));
        nodes.forEach(node -> assertFalse(node.isDone()));
        nodes.add(ready(2));
        nodes.add(ready(1));
        for (FutureTask<List<Integer>> node : nodes) {
            assertEquals(List.of(), node.get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    @DisplayName("name those that are not ready when they give up")
    void missing() throws Exception {
        assertEquals(List.of(0, 2), CommonStart.await(new Share(1, 3), folder.resolve("node-1"), 0));
    }
}
