package io.ephemera.benchmarks.exhaustion;

import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.Limits;
import io.ephemera.agent.PortHook;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.io.IOException;
import java.net.BindException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.Arrays;

/**
 * Connects and closes until no port is left, in a network namespace of its own, and prints what a connect took at each
 * occupancy and what a refusal takes: lines of {@code percent nanoseconds}, and {@code refused nanoseconds}.
 */
final class Connects {

    private static final int WARM_UP = 20_000;
    private static final int BINS = 4;
    private static final int REFUSALS = 2_000;
    private static final int WARM_UP_REFUSALS = 5_000;
    /** The kernel's TIME_WAIT is 60 s: later the first ports would be back. */
    private static final Duration LONGEST = Duration.ofSeconds(55);

    /** Ports that the warm-up may have left in TIME_WAIT in spite of its resets. */
    private static final int SPENT_AT_MOST = 20;

    private final Peer peer;
    private final boolean portsComeBack;
    private long fillingSinceNanos;
    private boolean exhausted;

    private Connects(Peer peer, boolean portsComeBack) {
        this.peer = peer;
        this.portsComeBack = portsComeBack;
    }

    /**
     * Runs once.
     *
     * @param arguments {@code kernel} or {@code model}, the first and the last port
     */
    public static void main(String[] arguments) throws Exception {
        boolean model = arguments[0].equals("model");
        PortRange range = new PortRange(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        try (Peer peer = Peer.listen()) {
            Connects connects = new Connects(peer, !model);
            if (model) {
                PortPool pool =
                        new PortPool(range, Duration.ofHours(1).toNanos(), Scope.GLOBAL, SelectionOrder.sequential());
                Limits limits = new Limits(
                        pool, System::nanoTime, remote -> true, "Address already in use: connect", "Address in use");
                EnforcedPool enforced = PortHook.install().enforce(limits);
                connects.run(range.size());
                if (enforced.counts().connected() < WARM_UP + range.size() - SPENT_AT_MOST) {
                    throw new IllegalStateException("the hook did not bite: " + enforced.counts());
                }
            } else {
                connects.run(range.size());
            }
        }
        System.exit(0);
    }

    private void run(int ports) throws IOException, InterruptedException {
        for (int i = 0; i < WARM_UP; i++) {
            peer.connectNanos(true);
        }
        fillingSinceNanos = System.nanoTime();
        long[] nanos = new long[ports];
        int done = fill(nanos);
        int binSize = Math.max(1, ports / BINS);
        for (int first = 0; first + binSize - SPENT_AT_MOST <= done; first += binSize) {
            long[] bin = Arrays.copyOfRange(nanos, first, Math.min(first + binSize, done));
            System.out.println((first + binSize / 2) * 100 / ports + " " + median(bin));
        }
        if (!exhausted) {
            return;
        }
        long[] refusals = new long[REFUSALS];
        int refused = 0;
        for (int i = 0; i < WARM_UP_REFUSALS + REFUSALS && inTime(); i++) {
            refusals[refused % REFUSALS] = refusedNanos();
            refused++;
        }
        if (refused > 0) {
            System.out.println("refused " + median(Arrays.copyOf(refusals, Math.min(refused, REFUSALS))));
        }
    }

    /** Returns how many were made: as many as the range has ports left, or fewer if the time was up. */
    private int fill(long[] nanos) throws IOException, InterruptedException {
        for (int i = 0; i < nanos.length; i++) {
            if (!inTime()) {
                return i;
            }
            try {
                nanos[i] = peer.connectNanos(false);
            } catch (BindException | NoRouteToHostException e) {
                if (nanos.length - i > SPENT_AT_MOST) {
                    throw new IOException("no port was left after " + i + " of " + nanos.length, e);
                }
                exhausted = true;
                return i;
            }
        }
        exhausted = true;
        return nanos.length;
    }

    private boolean inTime() {
        return !portsComeBack || System.nanoTime() - fillingSinceNanos < LONGEST.toNanos();
    }

    /** Tried again where the warm-up's last connection has given a port back late. */
    private long refusedNanos() throws IOException, InterruptedException {
        for (int i = 0; i < SPENT_AT_MOST; i++) {
            long nanos = peer.refusedNanos();
            if (nanos >= 0) {
                return nanos;
            }
        }
        throw new IllegalStateException("ports are left");
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
