package io.ephemera.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SharedPortPool;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

@PortPool(range = "7800-7804", timeWait = "240s", shared = SharedPoolTest.FILE, time = Time.WALL)
@DisplayName("A test under a @PortPool that a service in another JVM shares")
class SharedPoolTest {

    static final String FILE = "target/crm.pool";

    @BeforeAll
    static void anew() throws IOException {
        Files.deleteIfExists(Path.of(FILE));
    }

    @Test
    @DisplayName("has the ports that the service leaves, and gets those of one that has ended after TIME_WAIT")
    void shares(TestPortPool pool) throws Exception {
        Process service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Service.class.getName())
                .redirectErrorStream(true)
                .start();
        try (Server server = new Server()) {
            assertEquals("has three ports", service.inputReader().readLine());
            assertEquals(3, pool.live());
            server.calls(2);
            assertThrows(BindException.class, () -> server.calls(1));
            assertEquals(2, pool.connections());
        } finally {
            service.destroyForcibly().waitFor();
        }
        pool.awaitClosed();
        assertEquals(5, pool.timeWait());
    }

    @Test
    @DisplayName("is refused without a range or on a clock that others do not have")
    void refused() {
        PoolSettings settings = PoolSettings.ofPorts(5);
        PoolSettings shared = new PoolSettings(
                new PoolSettings.Ports(0, "7800-7804", FILE), "", "", PoolSettings.PROFILE, "", "", Time.VIRTUAL);
        assertEquals(
                "@PortPool(shared = target/crm.pool): give a range in place of ports, and time = Time.WALL, as all have that share it",
                assertThrows(ExtensionConfigurationException.class, shared::limits)
                        .getMessage());
        assertEquals(240, settings.withTimeWait("240s").limits().timeWait().toSeconds());
    }

    /** A service that has three connections. */
    static final class Service {

        private Service() {}

        public static void main(String[] arguments) throws IOException {
            try (SharedPortPool pool = SharedPortPool.open(
                    Path.of(FILE),
                    new PortRange(7800, 7804),
                    Duration.ofMinutes(4).toNanos(),
                    Scope.GLOBAL,
                    "crm",
                    System.nanoTime())) {
                for (int port = 0; port < 3; port++) {
                    pool.lease(new RemoteEndpoint(InetAddress.getLoopbackAddress(), 443), System.nanoTime());
                }
                System.out.println("has three ports");
                int end = System.in.read();
                System.out.println(end);
            }
        }
    }
}
