package io.ephemera.simulations.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ephemera.ports.PortRange;
import io.ephemera.simulations.machine.ProcNetTcp;
import io.ephemera.simulations.machine.TcpState;
import io.ephemera.simulations.scenario.LeakyClient.Ending;
import io.ephemera.target.TargetOptions;
import io.ephemera.target.TargetServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A part of an application that leaks")
class LeakyClientTest {

    @Test
    @DisplayName(
            "leaves ESTABLISHED where nobody closes, and CLOSE_WAIT where the server alone does, in the system's table")
    void states() throws Exception {
        boolean linux =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");
        if (!linux) {
            System.out.println("skipped: missing capability: /proc/net/tcp");
        }
        Assumptions.assumeTrue(linux, "missing capability: /proc/net/tcp");
        try (TargetServer stub = TargetServer.start(TargetOptions.defaults())) {
            LeakyClient leaky = new LeakyClient(stub.uri(), false);
            assertEquals(Ending.LEFT_OPEN, leaky.ask(false));
            assertEquals(Ending.LEFT_OPEN, leaky.ask(false));
            assertEquals(Ending.LEFT_OPEN, leaky.ask(true));
            assertEquals(3, leaky.open());
            assertEquals(
                    Map.of(TcpState.ESTABLISHED, 2, TcpState.CLOSE_WAIT, 1),
                    ProcNetTcp.here()
                            .states(
                                    new PortRange(1024, 65_535),
                                    new InetSocketAddress(InetAddress.getLoopbackAddress(), stub.port())));
            assertEquals(0, stub.counters().connectionsAccepted());
        }
    }

    @Test
    @DisplayName("leaves nothing once it closes, first or after the server")
    void closes() throws Exception {
        try (TargetServer stub = TargetServer.start(TargetOptions.defaults())) {
            LeakyClient mended = new LeakyClient(stub.uri(), true);
            assertEquals(Ending.CLOSED_FIRST, mended.ask(false));
            assertEquals(Ending.CLOSED_SECOND, mended.ask(true));
            assertEquals(0, mended.open());
        }
    }
}
