package io.ephemera.benchmarks.throughput;

import io.ephemera.ports.PortRange;
import io.ephemera.simulations.machine.ProcNetTcp;
import java.io.IOException;
import java.time.Duration;

/** The TIME_WAITs that clients have left in the namespace, which last for a minute. */
final class TimeWaits {

    /** Servers are below it, and theirs keep no client from a port. */
    private static final PortRange OF_CLIENTS = new PortRange(1024, 65_535);

    private static final int FEW = 100;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 500;

    private TimeWaits() {}

    static void awaitFew() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (ProcNetTcp.here().count(OF_CLIENTS, ProcNetTcp.TIME_WAIT).timeWaitHeld() > FEW) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the TIME_WAITs of the turn before do not end");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }
}
