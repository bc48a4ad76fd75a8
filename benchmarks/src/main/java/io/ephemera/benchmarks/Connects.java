package io.ephemera.benchmarks;

import io.ephemera.agent.EnforcedLimits;
import io.ephemera.agent.EnforcedPool;
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
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;

/**
 * Connects and closes first until no port is left, in a network namespace of its own, and prints what a connect took in each quarter
 * of the ports and what a refusal takes: lines of {@code percent nanoseconds}, and {@code refused nanoseconds}.
 */
final class Connects {

    /** Outside the ranges that are measured. */
    private static final int SERVER_PORT = 1_000;

    private static final int WARM_UP = 20_000;
    private static final int QUARTERS = 4;
    private static final int REFUSALS = 7_000;
    private static final int WARM_UP_REFUSALS = 5_000;

    /** The kernel's TIME_WAIT is 60 s: later the first ports would be back. */
    private static final Duration LONGEST = Duration.ofSeconds(55);

    private static final InetSocketAddress SERVER =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), SERVER_PORT);

    private Connects() {}

    /**
     * Runs once.
     *
     * @param arguments {@code kernel} or {@code model}, the first and the last port
     */
    public static void main(String[] arguments) throws Exception {
        PortRange range = new PortRange(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        try (ServerSocket listener = new ServerSocket(SERVER_PORT, 50, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> serve(listener), "server");
            server.setDaemon(true);
            server.start();
            if (arguments[0].equals("model")) {
                PortPool pool =
                        new PortPool(range, Duration.ofHours(1).toNanos(), Scope.GLOBAL, SelectionOrder.sequential());
                EnforcedLimits limits = new EnforcedLimits(
                        pool, System::nanoTime, remote -> true, "Address already in use: connect", "Address in use");
                EnforcedPool enforced = PortHook.install().enforce(limits);
                measure(range.size());
                if (enforced.counts().connected() != WARM_UP + range.size()) {
                    throw new IllegalStateException("the hook did not bite: " + enforced.counts());
                }
            } else {
                measure(range.size());
            }
        }
        System.exit(0);
    }

    /** One connection after the other: a byte, and a close once the client has closed. */
    private static void serve(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                socket.getOutputStream().write(1);
                if (socket.getInputStream().read() >= 0) {
                    throw new IllegalStateException("the client sends nothing");
                }
            } catch (IOException e) {
                // The connections of the warm-up are reset.
            }
        }
    }

    private static void measure(int ports) throws IOException {
        for (int i = 0; i < WARM_UP; i++) {
            if (connectNanos(true) < 0) {
                throw new IOException("no port was free after the warm-up");
            }
        }
        long deadlineNanos = System.nanoTime() + LONGEST.toNanos();
        int quarter = ports / QUARTERS;
        long[] nanos = new long[quarter];
        for (int done = 0; done < ports; done++) {
            nanos[done % quarter] = connectNanos(false);
            if (nanos[done % quarter] < 0) {
                throw new IOException("no port was free after " + done + " of " + ports);
            }
            if ((done + 1) % quarter == 0) {
                System.out.println((done + 1 - quarter / 2) * 100L / ports + " " + median(nanos, quarter));
            }
            if (System.nanoTime() > deadlineNanos) {
                return;
            }
        }
        long[] refusals = new long[REFUSALS];
        int refused = 0;
        while (refused < REFUSALS && System.nanoTime() < deadlineNanos) {
            refusals[refused++] = -connectNanos(false);
        }
        int warm = Math.min(refused / 2, WARM_UP_REFUSALS);
        System.out.println("refused " + median(Arrays.copyOfRange(refusals, warm, refused), refused - warm));
    }

    /**
     * What a connect took; negative if it was refused.
     *
     * @param abortively whether the close is a reset, which leaves no TIME_WAIT
     */
    private static long connectNanos(boolean abortively) throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            long began = System.nanoTime();
            try {
                channel.connect(SERVER);
            } catch (BindException | ConnectException | NoRouteToHostException e) {
                return began - System.nanoTime();
            }
            long took = System.nanoTime() - began;
            // By then the server has closed the connection before: no more than one is open.
            channel.read(ByteBuffer.allocate(1));
            if (abortively) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            return took;
        }
    }

    private static long median(long[] values, int count) {
        long[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted[count / 2];
    }
}
