package io.ephemera.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

@PortPool(ports = 5, timeWait = "240s")
@DisplayName("A test under @PortPool")
class PoolAnnotationTest {

    private final Server server = new Server();

    PoolAnnotationTest() throws IOException {}

    @BeforeEach
    void nothingTakenYet(TestPortPool pool) {
        assertEquals(0, pool.connections());
        assertEquals(pool.range().size(), pool.free());
    }

    @AfterEach
    void end() throws IOException {
        server.close();
    }

    @Test
    @DisplayName(
            "sees the call after the last port fail as the platform's, and ports come back after TIME_WAIT, not before")
    void exhaustion(TestPortPool pool) throws IOException {
        server.calls(5);
        assertEquals(5, pool.timeWait());
        BindException refusal = assertThrows(BindException.class, () -> server.calls(1));
        assertEquals("Address already in use: connect", refusal.getMessage());
        assertEquals(1, pool.exhausted());
        pool.advance("239s");
        assertEquals(0, pool.free());
        pool.advance(Duration.ofSeconds(1));
        assertEquals(5, pool.free());
        server.calls(5);
        assertEquals(10, pool.connections());
    }

    @Test
    @PortPool(ports = 9, gateway = "3/60s")
    @DisplayName("and behind a gateway sees a connect time out where that has no port, and not be refused")
    void gateway(TestPortPool pool) throws IOException {
        server.calls(3);
        try (Socket socket = new Socket()) {
            assertThrows(SocketTimeoutException.class, () -> socket.connect(server.address(), 50));
        }
        assertEquals(1, pool.unanswered());
        assertEquals(0, pool.exhausted());
        pool.advance("60s");
        server.calls(1);
        assertEquals(1, pool.unanswered());
    }

    @Test
    @DisplayName("asks how many connections went where")
    void connectionsTo(TestPortPool pool) throws IOException {
        server.calls(3);
        assertEquals(3, pool.connectionsTo(server.address()));
        assertEquals(3, pool.connectionsTo("localhost"));
        assertEquals(3, pool.connectionsTo("127.0.0.1:" + server.address().getPort()));
        assertEquals(0, pool.connectionsTo("127.0.0.1:1"));
    }

    @Test
    @DisplayName("asserts what a part of it does to the ports")
    void assertions(TestPortPool pool) throws IOException {
        server.calls(1);
        pool.whenRunning(() -> server.callsOverOneConnection(500))
                .opensAtMost(2)
                .opensExactly(1)
                .burnsAtMost(1)
                .isNeverRefused()
                .sustains(10, 500);
        // 500 calls a port, 5 ports, 240 s.
        assertEquals(
                500 * 5 / 240.0,
                pool.whenRunning(() -> server.callsOverOneConnection(500)).callsPerSecondSustained(500),
                1e-9);
    }

    @Test
    @DisplayName("fails an assertion with a message that names who opened the connections")
    void failedAssertion(TestPortPool pool) throws IOException {
        PortsUsed used = pool.whenRunning(() -> server.calls(3));
        AssertionFailedError failure = assertThrows(AssertionFailedError.class, () -> used.opensAtMost(2));
        String message = String.valueOf(failure.getMessage());
        assertTrue(message.startsWith("expected at most 2 connections opened, but 3 were;"), message);
        assertTrue(message.contains("3 by Server.open -> localhost:"), message);
        assertThrows(AssertionFailedError.class, () -> used.burnsAtMost(2));
        assertThrows(AssertionFailedError.class, () -> used.opensExactly(2));
        assertThrows(AssertionFailedError.class, () -> used.sustains(1, 3));
        used.isNeverRefused();
    }

    @Test
    @DisplayName("waits until the connections are closed")
    void awaitClosed(TestPortPool pool) throws Exception {
        Socket open = server.open();
        assertEquals(1, pool.live());
        Thread closer = new Thread(() -> {
            try {
                open.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        closer.start();
        assertEquals(1, pool.awaitClosed().timeWait());
        closer.join();
    }

    @Test
    @PortPool(ports = 2, timeWait = "1s", destinations = "127.0.0.1:1")
    @DisplayName("may have other limits than its class, and count only some destinations")
    void methodsOwn(TestPortPool pool) throws IOException {
        server.calls(20);
        assertEquals(2, pool.range().size());
        assertEquals(0, pool.connections());
    }

    @Nested
    @DisplayName("in a nested class")
    class InNested {
        @Test
        @DisplayName("has the pool of the class around it")
        void inherits(TestPortPool pool) throws IOException {
            server.calls(5);
            assertThrows(BindException.class, () -> server.calls(1));
            assertEquals(1, pool.exhausted());
        }
    }
}
