package io.ephemera.simulations.run;

import io.ephemera.ports.run.Share;
import io.ephemera.simulations.settings.Settings;
import io.ephemera.simulations.settings.StackName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Nodes that share a load begin together, by the files in a folder that all of them have: nobody is in charge. In virtual time it does
 * not matter when a node runs, so none waits.
 */
final class CommonStart {

    /** Until a cluster has room for the last pod. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private static final long LOOK_NANOS = 20_000_000;

    private static final String READY = "ready";

    private CommonStart() {}

    /** Waits for the other nodes, where there are such and time is the wall's. */
    static void await(Settings settings) throws IOException {
        Share share = settings.load().share();
        if (share != null && settings.platform().stack() != StackName.MODEL) {
            List<Integer> missing = await(share, settings.report().reportDir(), LONGEST.toNanos());
            if (!missing.isEmpty()) {
                System.out.println("INCONCLUSIVE  Not measured: after " + LONGEST.toMinutes() + " min, of "
                        + share.count() + " nodes that share the load these are not ready: " + missing);
                Exit.with(Exit.INCONCLUSIVE);
            }
        }
    }

    /**
     * Says that this node is ready, and waits until all are.
     *
     * @param own the folder of this node, beside those of the others
     * @param mostNanos how long at most
     * @return the nodes that are not ready
     */
    static List<Integer> await(Share share, Path own, long mostNanos) throws IOException {
        Files.createDirectories(own);
        Files.writeString(own.resolve(READY), share + "\n");
        Path all = Objects.requireNonNull(own.getParent());
        long began = System.nanoTime();
        List<Integer> missing = missing(share, all);
        while (!missing.isEmpty() && System.nanoTime() - began < mostNanos) {
            LockSupport.parkNanos(LOOK_NANOS);
            missing = missing(share, all);
        }
        return missing;
    }

    private static List<Integer> missing(Share share, Path all) {
        return IntStream.range(0, share.count())
                .filter(node -> !Files.exists(all.resolve("node-" + node).resolve(READY)))
                .boxed()
                .toList();
    }
}
