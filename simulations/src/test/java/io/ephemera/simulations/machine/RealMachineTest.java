package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ephemera.ports.PortRange;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The machine that the test runs on, whatever it is set to. */
@DisplayName("This machine")
class RealMachineTest {

    @BeforeEach
    void onLinux() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "this is not Linux: no /proc to compare with");
    }

    @Test
    @DisplayName("is read as its files say")
    void files() throws Exception {
        MachineLimits limits = MachineReader.here().limits();
        assertTrue(limits.usablePorts().isPresent(), limits::toString);
        int compared = 0;
        for (Figure<?> figure : limits.figures()) {
            Path file = Path.of(figure.source());
            boolean number = figure.value() instanceof Long && file.startsWith("/proc/sys");
            if (number || figure.value() instanceof PortRange) {
                try (var in = Files.newInputStream(file)) {
                    String text = new String(in.readNBytes(100), StandardCharsets.US_ASCII).strip();
                    assertEquals(text.replaceAll("\\s+", "-"), String.valueOf(figure.value()), figure::source);
                }
                compared++;
            }
        }
        assertTrue(compared >= 6, limits::toString);
        // Most of it can't change while it is read; what holds ports can.
        assertEquals(
                limits.ports().range(), MachineReader.here().limits().ports().range());
    }

    @Test
    @DisplayName("tells which process has a connection")
    void owner() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket server = new ServerSocket(0, 1, loopback);
                Socket client = new Socket(loopback, server.getLocalPort())) {
            MachineReader reader = MachineReader.here();
            Map<String, Integer> owners = reader.portUse(reader.limits()).byRemote().stream()
                    .filter(use -> use.remote().equals(client.getRemoteSocketAddress()))
                    .findFirst()
                    .orElseThrow()
                    .owners();
            assertEquals(List.of(1), List.copyOf(owners.values()), owners::toString);
            String owner = owners.keySet().iterator().next();
            assertTrue(owner.endsWith(" (" + ProcessHandle.current().pid() + ")"), owner);
        }
    }
}
