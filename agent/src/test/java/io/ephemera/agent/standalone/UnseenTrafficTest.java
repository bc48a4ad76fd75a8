package io.ephemera.agent.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Traffic past the hook")
class UnseenTrafficTest {

    @BeforeEach
    void linux() {
        Assumptions.assumeTrue(
                Files.isReadable(Path.of("/proc/self/net/tcp")),
                "this machine lacks: the system's table of sockets (Linux)");
    }

    @Test
    @DisplayName("is none that the hook knows, that does not count, or that was there before")
    void known() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
                Socket accepted = listener.accept()) {
            UnseenTraffic old = new UnseenTraffic(Set::of, remote -> true);
            old.look();
            assertEquals(List.of(), old.findings());
            try (Socket second = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
                old.look();
                old.look();
                assertEquals(1, old.findings().size(), "the second has gone past the hook, once");
                UnseenTraffic seen =
                        new UnseenTraffic(() -> Set.of(client.getLocalPort(), second.getLocalPort()), remote -> true);
                seen.look();
                assertEquals(List.of(), seen.findings());
                UnseenTraffic elsewhere = new UnseenTraffic(Set::of, remote -> remote.port() == 1);
                elsewhere.look();
                assertEquals(List.of(), elsewhere.findings());
            }
            assertTrue(accepted.isConnected());
        }
    }
}
