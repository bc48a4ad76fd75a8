package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A scan that binds every port in turn")
class BindScanTest {

    @Test
    @DisplayName("finds the port of a listener that never accepts, and that somebody listens there")
    void listener() throws Exception {
        try (ServerSocket hung = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            int port = hung.getLocalPort();
            assertEquals(new BindScan(1, List.of(port), List.of(port)), BindScan.of(new PortRange(port, port)));
        }
    }

    @Test
    @DisplayName("finds the port of a connection, and that nobody listens there")
    void connection() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            int port = client.getLocalPort();
            BindScan scan = BindScan.of(new PortRange(port, port));
            assertEquals(new BindScan(1, List.of(port), List.of()), scan);
            assertEquals(1, scan.withoutListener());
        }
    }

    @Test
    @DisplayName("takes no port for longer than a moment")
    void free() throws Exception {
        // The system gives a port that was chosen to nobody else for a long time.
        int port;
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress(0));
            port = bound.getLocalPort();
        }
        PortRange one = new PortRange(port, port);
        assertEquals(List.of(), BindScan.of(one).taken());
        assertEquals(List.of(), BindScan.of(one).taken());
    }

    @Test
    @DisplayName("has a hung process to find: it listens at the last free port of a range, until it is ended")
    void hungProcess() throws Exception {
        int port;
        try (HungListener hung = HungListener.start(new PortRange(29_000, 29_099))) {
            port = hung.port();
            assertEquals(List.of(port), BindScan.of(new PortRange(port, port)).listening());
        }
        assertEquals(List.of(), BindScan.of(new PortRange(port, port)).listening());
    }

    @Test
    @DisplayName("would find where a listener is gone: what it closed refuses a bind without SO_REUSEADDR")
    void gone() throws Exception {
        boolean linux =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
        if (!linux) {
            System.out.println("skipped: missing capability: Linux's rule for binds to a port in TIME_WAIT");
        }
        Assumptions.assumeTrue(linux, "missing capability: Linux's rule for binds to a port in TIME_WAIT");
        GoneListener gone = GoneListener.leave();
        assertFalse(gone.canBeBound(false));
        assertTrue(gone.canBeBound(true));
    }
}
