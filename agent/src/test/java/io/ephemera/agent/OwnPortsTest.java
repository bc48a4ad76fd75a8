package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.ports.bind.InterlockedDelegate;
import io.ephemera.ports.bind.RoundRobinDelegate;
import io.ephemera.ports.bind.ServicePoint;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A program that binds its own ports")
@Timeout(60)
class OwnPortsTest {

    private static final int LAST_USED = InterlockedDelegate.LAST - 20;
    private static final String MESSAGE = "no port";

    private final PortHook hook;

    OwnPortsTest() throws Exception {
        hook = PortHook.install();
    }

    private EnforcedPool enforce(PortRange range, ServerSocket server, IntSupplier delegate) {
        PortPool pool = new PortPool(range, Long.MAX_VALUE / 4, Scope.GLOBAL, SelectionOrder.sequential());
        RemoteEndpoint destination = new RemoteEndpoint(server.getInetAddress(), server.getLocalPort());
        return hook.enforce(new Limits(
                pool,
                () -> 0,
                destination::equals,
                MESSAGE,
                MESSAGE,
                new ServicePoint(delegate, pool),
                Limits.HeldPorts.PASSED_OVER));
    }

    private static int connect(ServerSocket server) throws IOException {
        Socket accepted;
        int port;
        // Closed first, so that TIME_WAIT is the client's.
        try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            accepted = server.accept();
            port = client.getLocalPort();
            assertEquals(port, accepted.getPort());
        }
        accepted.close();
        return port;
    }

    @Test
    @DisplayName("has each connection come from the port that its delegate gave, and no other call once all are taken")
    void roundRobin() throws Exception {
        PortRange range = TestPorts.unused(10);
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                EnforcedPool enforced = enforce(range, server, new RoundRobinDelegate(range))) {
            for (int port = range.firstPort(); port <= range.lastPort(); port++) {
                assertEquals(port, connect(server));
            }
            assertEquals(
                    MESSAGE,
                    assertThrows(BindException.class, () -> connect(server)).getMessage());
            assertEquals(1, enforced.counts().exhausted());
        }
    }

    @Test
    @DisplayName("with the sample's counter, which runs away, fails at the call that is predicted, and from then on")
    void runaway() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                EnforcedPool enforced =
                        enforce(new PortRange(5_001, 65_535), server, InterlockedDelegate.runaway(2, LAST_USED))) {
            for (int port = LAST_USED + 1; port <= 65_535; port++) {
                assertEquals(port, connect(server));
            }
            for (int number = 65_536; number < 65_556; number++) {
                SocketException refused = assertThrows(SocketException.class, () -> connect(server));
                assertEquals("BindIPEndPointDelegate threw an exception", refused.getMessage());
                String thrown = String.valueOf(refused.getSuppressed()[0].getMessage());
                assertTrue(thrown.endsWith("not " + number), thrown);
            }
            assertEquals(0, enforced.counts().exhausted(), "that is no exhaustion");
        }
    }
}
