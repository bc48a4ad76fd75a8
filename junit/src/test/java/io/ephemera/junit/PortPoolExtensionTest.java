package io.ephemera.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The extension as a field")
class PortPoolExtensionTest {

    @RegisterExtension
    final PortPoolExtension ports = PortPoolExtension.ofPorts(3).withTimeWait(Duration.ofSeconds(5));

    @Test
    @DisplayName("gives a field its pool, one for each test")
    void field(TestPortPool injected) throws IOException {
        try (Server server = new Server()) {
            server.calls(3);
            assertEquals(3, ports.pool().timeWait());
            assertEquals(injected, ports.pool());
            assertThrows(BindException.class, () -> server.calls(1));
            ports.pool().advance("5s");
            server.calls(3);
        }
    }
}
