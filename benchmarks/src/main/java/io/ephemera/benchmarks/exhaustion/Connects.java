package io.ephemera.benchmarks.exhaustion;

import io.ephemera.agent.Governance;
import io.ephemera.agent.Limits;
import io.ephemera.agent.PortHook;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * Connects and closes until no port is left, in a network namespace of its own, and prints what a connect took at each
 * occupancy and what a refusal takes: lines of {@code percent nanoseconds}, and {@code refused nanoseconds}.
 */
final class Connects {

    /** Of the namespace, outside the ranges that are measured. */
    private static final int SERVER_PORT = 1_000;

    private static final int WARM_UP = 20_000;
    private static final int BINS = 20;
    private static final int REFUSALS = 2_000;
    private static final int WARM_UP_REFUSALS = 5_000;
    private static final int UNANSWERED_AT_MOST = 100;
    /** The kernel's TIME_WAIT is 60 s: later the first ports would be back. */
    private static final Duration LONGEST = Duration.ofSeconds(55);

    /** Ports that the warm-up may have left in TIME_WAIT in spite of its resets. */
    private static final int SPENT_AT_MOST = 20;

    private final InetSocketAddress server;
    private final boolean portsComeBack;
    private long fillingSinceNanos;
    private boolean exhausted;
    private final Semaphore unanswered = new Semaphore(UNANSWERED_AT_MOST);

    private Connects(ServerSocket listener, boolean portsComeBack) {
        this.portsComeBack = portsComeBack;
        server = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
        Thread thread = new Thread(() -> serve(listener), "server");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Runs once.
     *
     * @param arguments {@code kernel} or {@code model}, the first and the last port
     */
    public static void main(String[] arguments) throws Exception {
        boolean model = arguments[0].equals("model");
        PortRange range = new PortRange(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        try (ServerSocket listener = new ServerSocket(SERVER_PORT, 1_000, InetAddress.getLoopbackAddress())) {
            Connects connects = new Connects(listener, !model);
            if (model) {
                PortPool pool =
                        new PortPool(range, Duration.ofHours(1).toNanos(), Scope.GLOBAL, SelectionOrder.sequential());
                Limits limits = new Limits(
                        pool, System::nanoTime, remote -> true, "Address already in use: connect", "Address in use");
                Governance governance = PortHook.install().govern(limits);
                connects.run(range.size());
                if (governance.counts().connected() < WARM_UP + range.size() - SPENT_AT_MOST) {
                    throw new IllegalStateException("the hook did not bite: " + governance.counts());
                }
            } else {
                connects.run(range.size());
            }
        }
        System.exit(0);
    }

    private void run(int ports) throws IOException, InterruptedException {
        for (int i = 0; i < WARM_UP; i++) {
            connect(true);
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
                nanos[i] = connect(false);
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

    private long connect(boolean abortively) throws IOException, InterruptedException {
        unanswered.acquire();
        try (SocketChannel channel = SocketChannel.open()) {
            long began = System.nanoTime();
            channel.connect(server);
            long took = System.nanoTime() - began;
            if (abortively) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            return took;
        }
    }

    private long refusedNanos() throws IOException, InterruptedException {
        for (int i = 0; i < SPENT_AT_MOST; i++) {
            long nanos = refusedNanosOrNone();
            if (nanos >= 0) {
                return nanos;
            }
        }
        throw new IllegalStateException("ports are left");
    }

    /** Negative if a port was left, which the warm-up's last connection may have given back late. */
    private long refusedNanosOrNone() throws IOException, InterruptedException {
        try (SocketChannel channel = SocketChannel.open()) {
            long began = System.nanoTime();
            try {
                channel.connect(server);
            } catch (BindException | ConnectException | NoRouteToHostException e) {
                return System.nanoTime() - began;
            }
            unanswered.acquire();
            return -1;
        }
    }

    private void serve(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                if (socket.getInputStream().read() >= 0) {
                    throw new IOException("nobody sends anything");
                }
            } catch (IOException e) {
                // A warm-up connection is reset.
            } finally {
                unanswered.release();
            }
        }
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
