package io.ephemera.agent;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
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

    private static final int TRIES = 20;
    private static final Duration TIME_WAIT = Duration.ofMinutes(1);

    private SelfTest() {}

    static void run(PortHook hook) throws HookUnavailableException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket listener = new ServerSocket(0, 8, loopback)) {
            PortRange two = twoFreePorts(loopback);
            PortPool pool = new PortPool(two, TIME_WAIT.toNanos(), Scope.GLOBAL, SelectionOrder.sequential());
            RemoteEndpoint destination = new RemoteEndpoint(loopback, listener.getLocalPort());
            Limits limits = new Limits(pool, System::nanoTime, destination::equals, "refused", "refused");
            try (Governance governance = hook.govern(limits)) {
                boolean thirdRefused = exercise(new InetSocketAddress(loopback, listener.getLocalPort()));
                judge(thirdRefused, governance.counts(), hook.firstFault());
            }
        } catch (IOException e) {
            throw new HookUnavailableException("the self-test of the port hook failed: " + e, e);
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

    private static void judge(boolean thirdRefused, LeaseCounts counts, @Nullable Throwable fault)
            throws HookUnavailableException {
        boolean bites = thirdRefused
                && counts.leases() == 2
                && counts.connected() == 2
                && counts.exhausted() == 1
                && counts.activeClose() == 2;
        if (fault != null) {
            throw new HookUnavailableException("the port hook fails in this JVM: " + fault, fault);
        }
        if (!bites) {
            throw new HookUnavailableException(
                    "the port hook does not bite in this JVM: over a pool of two ports it saw "
                            + counts.leases() + " leases, " + counts.connected() + " connects, " + counts.exhausted()
                            + " refusals and " + counts.activeClose() + " active closes, not 2, 2, 1 and 2");
        }
    }

    private static PortRange twoFreePorts(InetAddress loopback) throws IOException {
        IOException last = new IOException("no two ports in a row are free");
        for (int i = 0; i < TRIES; i++) {
            try (ServerSocket lower = new ServerSocket(0, 1, loopback);
                    ServerSocket upper = new ServerSocket(lower.getLocalPort() + 1, 1, loopback)) {
                return new PortRange(lower.getLocalPort(), upper.getLocalPort());
            } catch (IOException | IllegalArgumentException e) {
                last = new IOException(e);
            }
        }
        throw last;
    }
}
