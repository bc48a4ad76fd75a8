package io.ephemera.benchmarks.throughput;

import io.ephemera.benchmarks.process.Child;
import io.ephemera.benchmarks.process.Scratch;
import io.ephemera.benchmarks.throughput.Clients.Client;
import io.ephemera.benchmarks.throughput.Server.Counted;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * What a client got through against a server, by the server's own count.
 *
 * @param callsPerSecond requests
 * @param connectionsPerCall 1 where each call has its own
 * @param cpuSecondsPerThousandCalls processor time of the client; NaN if not known
 */
record Turn(double callsPerSecond, double connectionsPerCall, double cpuSecondsPerThousandCalls) {

    /** Fewer connections for a call mean that some were kept, and the figure another one than is asked for. */
    private static final double SLACK = 0.02;

    private static final Duration WARM_UP_LIMIT = Duration.ofMinutes(2);
    private static final long POLL_MILLIS = 100;

    /** Lets a client call a server: after its warm-up, for so many seconds, then it is ended. */
    static Turn of(Client client, Server server, int seconds) throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.make();
                Child child = Child.start(
                        client.command().to(server.url(), scratch.folder()),
                        scratch.folder(),
                        scratch.folder().resolve("out"),
                        // Where some keep a file of their own.
                        Map.of("HOME", scratch.folder().toString()))) {
            awaitWarm(client, server, child);
            Counted before = server.counted();
            double cpuBefore = child.cpuSeconds();
            long began = System.nanoTime();
            Thread.sleep(Duration.ofSeconds(seconds).toMillis());
            Counted after = server.counted();
            double took = (System.nanoTime() - began) / 1e9;
            double cpu = child.cpuSeconds() - cpuBefore;
            if (!child.isAlive()) {
                throw new IOException(client.name() + " ended too early: " + child.told());
            }
            long calls = after.requests() - before.requests();
            if (calls <= 0) {
                throw new IOException(client.name() + " makes no calls any more: " + child.told());
            }
            double connectionsPerCall = (double) (after.connections() - before.connections()) / calls;
            if (connectionsPerCall < 1 - SLACK) {
                throw new IOException(client.name() + " keeps connections: it made " + connectionsPerCall + " a call");
            }
            return new Turn(calls / took, connectionsPerCall, cpu / calls * 1e3);
        }
    }

    private static void awaitWarm(Client client, Server server, Child child) throws IOException, InterruptedException {
        long before = server.counted().requests();
        long deadline = System.nanoTime() + WARM_UP_LIMIT.toNanos();
        while (server.counted().requests() - before < client.warmUpCalls()) {
            if (!child.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(client.name() + " did not warm up: " + child.told());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }
}
