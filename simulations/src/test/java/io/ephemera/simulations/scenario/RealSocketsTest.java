package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import io.ephemera.simulations.machine.TcpState;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Over real sockets")
class RealSocketsTest {

    @Test
    @DisplayName("a scan takes no port for longer than a moment")
    void free() throws Exception {
        // The system gives a port that was chosen to nobody else for a long time.
        int port;
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress(0));
            port = bound.getLocalPort();
        }
        assertEquals(List.of(), BoundPorts.taken(new PortRange(port, port)));
        assertEquals(List.of(), BoundPorts.taken(new PortRange(port, port)));
    }

    @Test
    @DisplayName("where a listener is gone, what it closed refuses a bind without SO_REUSEADDR")
    void gone() throws Exception {
        assumeLinux("Linux's rule for binds to a port in TIME_WAIT");
        int gone = BoundPorts.leaveTimeWait();
        assertTrue(BoundPorts.isRefused(gone, false));
        assertFalse(BoundPorts.isRefused(gone, true));
    }

    @Test
    @DisplayName("a leak leaves ESTABLISHED where nobody closes, and CLOSE_WAIT where the server alone does")
    void leak() throws Exception {
        assumeLinux("/proc/net/tcp");
        try (TargetServer stub = TargetServer.start(TargetOptions.defaults())) {
            OtherConnections leaky = new OtherConnections();
            assertTrue(leaky.ask(stub.uri(), false, true));
            assertTrue(leaky.ask(stub.uri(), false, true));
            assertTrue(leaky.ask(stub.uri(), true, true));
            assertEquals(Map.of(TcpState.ESTABLISHED, 2, TcpState.CLOSE_WAIT, 1), SystemTable.states(stub.uri()));
            assertEquals(0, stub.counters().connectionsAccepted());
            assertEquals(List.of(3L, 0L), List.of(leaky.asked(), leaky.askedAndClosedFirst()));
        }
    }

    private static void assumeLinux(String capability) {
        if (!SystemTable.IS_LINUX) {
            System.out.println("skipped: missing capability: " + capability);
        }
        Assumptions.assumeTrue(SystemTable.IS_LINUX, "missing capability: " + capability);
    }

    @Test
    @DisplayName("a leak that is mended leaves nothing, whoever closes first")
    void mended() throws Exception {
        try (TargetServer stub = TargetServer.start(TargetOptions.defaults())) {
            OtherConnections mended = new OtherConnections();
            assertTrue(mended.ask(stub.uri(), false, false));
            assertTrue(mended.ask(stub.uri(), true, false));
            assertEquals(List.of(2L, 1L), List.of(mended.asked(), mended.askedAndClosedFirst()));
        }
    }
}
