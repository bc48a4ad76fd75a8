package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
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
