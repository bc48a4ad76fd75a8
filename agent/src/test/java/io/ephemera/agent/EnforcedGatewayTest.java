package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.GatewayLimits;
import io.ephemera.ports.GatewayLimits.Allocation;
import io.ephemera.ports.GatewayPool;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A connect behind a gateway that has no port")
class EnforcedGatewayTest {

    private static final int MILLIS = 30;
    private static final long HOLD = 100;

    private final AtomicLong clock = new AtomicLong();
    private final GatewayPool gateway = new GatewayPool(
            new GatewayLimits(new PortRange(65_000, 65_001), HOLD, HOLD, Scope.DESTINATION, Allocation.ON_DEMAND, 0));
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final EnforcedPool enforced;

    EnforcedGatewayTest() throws Exception {
        PortPool pool = new PortPool(UnusedPorts.inARow(20), HOLD, Scope.GLOBAL, SelectionOrder.sequential());
        enforced = PortHook.install()
                .enforce(new EnforcedLimits(
                        pool,
                        clock::get,
                        remote -> remote.port() == server.getLocalPort(),
                        "no port",
                        "no port",
                        null,
                        null,
                        EnforcedLimits.HeldPorts.STOOD_IN_FOR,
                        new EnforcedGateway(gateway, owner -> 0)));
    }

    @AfterEach
    void end() throws IOException {
        enforced.close();
        server.close();
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket();
        socket.connect(server.getLocalSocketAddress(), 10_000);
        return socket;
    }

    @Test
    @DisplayName("ends by the client's own timeout, and gives the local port back without a TIME_WAIT")
    void timesOut() throws Exception {
        try (Socket first = connected();
                Socket second = connected()) {
            assertTrue(first.isConnected() && second.isConnected());
            Socket plain = new Socket();
            assertThrows(SocketTimeoutException.class, () -> plain.connect(server.getLocalSocketAddress(), MILLIS));
            plain.close();
            try (SocketChannel channel = SocketChannel.open()) {
                assertThrows(
                        SocketTimeoutException.class,
                        () -> channel.socket().connect(server.getLocalSocketAddress(), MILLIS));
            }
            HttpClient client = HttpClient.newBuilder()
                    .connectTimeout(Duration.ofMillis(MILLIS))
                    .build();
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"))
                    .build();
            assertThrows(
                    HttpConnectTimeoutException.class,
                    () -> client.send(request, HttpResponse.BodyHandlers.discarding()));
            assertEquals(3, gateway.dropped());
            assertEquals(0, enforced.counts().exhausted());
            assertEquals(2, enforced.counts().connected());
            assertEquals(0, enforced.snapshot().timeWait());
        }
        assertEquals(2, enforced.counts().ended(Release.ACTIVE_CLOSE));
        clock.set(HOLD);
        connected().close();
        assertEquals(3, gateway.opened());
    }
}
