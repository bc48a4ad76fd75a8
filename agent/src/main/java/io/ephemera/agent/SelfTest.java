package io.ephemera.agent;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** See {@link PortHook#selfTest()}. */
final class SelfTest {

    private static final int TRIES = 100;
    private static final Duration TIME_WAIT = Duration.ofMinutes(1);

    private SelfTest() {}

    static void run(PortHook hook) throws HookUnavailableException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        Ports ports = new Ports();
        try (ServerSocket listener = listen(ports, loopback)) {
            InetSocketAddress destination = new InetSocketAddress(loopback, listener.getLocalPort());
            Outcome outcome = exercise(hook, twoFreePorts(ports, loopback), destination);
            for (int i = 1; i < TRIES && outcome.counts.heldElsewhere() > 0; i++) {
                // Somebody took one of the two in between.
                outcome = exercise(hook, twoFreePorts(ports, loopback), destination);
            }
            judge(outcome);
        } catch (IOException e) {
            throw new HookUnavailableException("the self-test of the port hook failed: " + e.getMessage(), e);
        }
    }

    private record Outcome(
            boolean thirdRefused,
            LeaseCounts counts,
            @Nullable Throwable fault) {}

    private static Outcome exercise(PortHook hook, PortRange two, InetSocketAddress listener) throws IOException {
        PortPool pool = new PortPool(two, TIME_WAIT.toNanos(), Scope.GLOBAL, SelectionOrder.sequential());
        RemoteEndpoint destination = new RemoteEndpoint(listener.getAddress(), listener.getPort());
        Limits limits = new Limits(pool, System::nanoTime, destination::equals, "refused", "refused");
        try (EnforcedPool enforced = hook.enforce(limits)) {
            boolean thirdRefused = exercise(listener);
            return new Outcome(thirdRefused, enforced.counts(), enforced.firstFault());
        }
    }

    private static boolean exercise(InetSocketAddress destination) throws IOException {
        try (Socket blocking = new Socket();
                SocketChannel channel = SocketChannel.open()) {
            blocking.connect(destination);
            channel.connect(destination);
            try (SocketChannel third = SocketChannel.open()) {
                third.connect(destination);
                return false;
            } catch (BindException e) {
                return true;
            }
        }
    }

    private static void judge(Outcome outcome) throws HookUnavailableException {
        LeaseCounts counts = outcome.counts;
        Throwable fault = outcome.fault;
        boolean bites = outcome.thirdRefused
                && counts.leases() == 2
                && counts.connected() == 2
                && counts.exhausted() == 1
                && counts.ended(Release.ACTIVE_CLOSE) == 2;
        if (fault != null) {
            throw new HookUnavailableException("the port hook fails in this JVM: " + fault, fault);
        }
        if (!bites) {
            throw new HookUnavailableException(
                    "the port hook does not bite in this JVM: over a pool of two ports it saw "
                            + counts.leases() + " leases, " + counts.connected() + " connects, " + counts.exhausted()
                            + " refusals and " + counts.ended(Release.ACTIVE_CLOSE)
                            + " active closes, not 2, 2, 1 and 2");
        }
    }

    /**
     * Explicit binds, not port 0: right after a run over most of the ports the system has none left to choose from by itself,
     * since they are in TIME_WAIT, but an explicit bind may reuse those.
     */
    private static ServerSocket listen(Ports ports, InetAddress loopback) throws IOException {
        IOException last = new IOException("no port is free");
        for (int i = 0; i < TRIES; i++) {
            try {
                return new ServerSocket(ports.next(), 8, loopback);
            } catch (IOException e) {
                last = e;
            }
        }
        throw noneCanBeBound(last);
    }

    private static PortRange twoFreePorts(Ports ports, InetAddress loopback) throws IOException {
        IOException last = new IOException("no two ports in a row are free");
        for (int i = 0; i < TRIES; i++) {
            int port = ports.next();
            try (ServerSocket lower = new ServerSocket(port, 1, loopback);
                    ServerSocket upper = new ServerSocket(port + 1, 1, loopback)) {
                return new PortRange(lower.getLocalPort(), upper.getLocalPort());
            } catch (IOException e) {
                last = e;
            }
        }
        throw noneCanBeBound(last);
    }

    private static IOException noneCanBeBound(IOException last) {
        return new IOException(
                "none of " + TRIES + " ports that were tried can be bound (" + last.getMessage()
                        + "): they are in use, or a program that burnt them has left them in TIME_WAIT; try again in a minute",
                last);
    }

    /**
     * Pairs of ports to try, other ones in each process, so that two that start together do not meet, and far apart: after an
     * application that burns ports, all of those that the system chooses from may be in a TIME_WAIT that can't be bound over.
     */
    private static final class Ports {
        private static final int LOWEST = 10_000;
        private static final int PAIRS = 25_000;
        /** A prime, so that every pair comes up. */
        private static final int STRIDE = 7_919;

        private long tried = ProcessHandle.current().pid() * 97;

        int next() {
            tried += STRIDE;
            return LOWEST + 2 * Math.floorMod(tried, PAIRS);
        }
    }
}
