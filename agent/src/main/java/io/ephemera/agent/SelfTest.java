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

    /** Others stand in for these where they are in use. */
    private static final PortRange TWO = new PortRange(10_000, 10_001);

    private static final Duration TIME_WAIT = Duration.ofMinutes(1);
    private static final int TRIES = 100;
    private static final int LOWEST_LISTENER = 10_002;
    private static final int LISTENERS = 50_000;
    /** A prime, so that what is tried next is far away: a program that burns ports leaves many in a row in TIME_WAIT. */
    private static final int STRIDE = 7_919;

    private SelfTest() {}

    static void run(PortHook hook) throws HookUnavailableException {
        try (ServerSocket listener = listen()) {
            InetSocketAddress destination = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
            RemoteEndpoint remote = new RemoteEndpoint(destination.getAddress(), destination.getPort());
            PortPool pool = new PortPool(TWO, TIME_WAIT.toNanos(), Scope.GLOBAL, SelectionOrder.sequential());
            EnforcedPool enforced = hook.enforce(new EnforcedLimits(
                    pool,
                    System::nanoTime,
                    remote::equals,
                    "refused",
                    "refused",
                    null,
                    null,
                    EnforcedLimits.HeldPorts.STOOD_IN_FOR,
                    null));
            try (enforced) {
                boolean thirdRefused = isThirdRefused(destination);
                judge(thirdRefused, enforced.counts(), enforced.firstFault());
            }
        } catch (IOException e) {
            throw new HookUnavailableException("the self-test of the port hook failed: " + e.getMessage(), e);
        }
    }

    private static boolean isThirdRefused(InetSocketAddress destination) throws IOException {
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

    private static void judge(boolean thirdRefused, LeaseCounts counts, @Nullable Throwable fault)
            throws HookUnavailableException {
        if (fault != null) {
            throw new HookUnavailableException("the port hook fails in this JVM: " + fault, fault);
        }
        boolean bites = thirdRefused
                && counts.leases() == 2
                && counts.connected() == 2
                && counts.exhausted() == 1
                && counts.ended(Release.ACTIVE_CLOSE) == 2;
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
    private static ServerSocket listen() throws IOException {
        IOException last = new IOException("no port is free");
        // Other ones in each process, so that two that start together do not meet.
        long number = ProcessHandle.current().pid() * 97;
        for (int i = 0; i < TRIES; i++) {
            number += STRIDE;
            try {
                int port = LOWEST_LISTENER + Math.floorMod(number, LISTENERS);
                return new ServerSocket(port, 8, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                last = e;
            }
        }
        throw new IOException(
                "none of " + TRIES + " ports that were tried can be bound (" + last.getMessage()
                        + "): they are in use, or a program that burnt them has left them in TIME_WAIT; try again in a minute",
                last);
    }
}
