package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@DisplayName("A clock and a listener that know what a socket is made for")
@SuppressWarnings("try") // What is open while a block lasts is not named in it.
class LeaseListenerTest {

    private static final long TIME_WAIT = 100;
    private static final int PORTS = 3;

    /** Connections take their ports at the instant that is their owner, and give them back seven later. */
    private static final class Stamping implements PortClock, LeaseListener {

        private final List<String> told = Collections.synchronizedList(new ArrayList<>());

        @Override
        public long nowNanos() {
            return 0;
        }

        @Override
        public long leaseNanos(@Nullable Object owner) {
            return owner instanceof Long instant ? instant : 0;
        }

        @Override
        public long releaseNanos(@Nullable Object owner, long heldNanos) {
            return leaseNanos(owner) + 7;
        }

        @Override
        public Lease leased(RemoteEndpoint remote, @Nullable Object owner) {
            told.add("leased for " + owner);
            return (how, heldNanos) -> told.add(how + " of " + owner);
        }

        @Override
        public void refused(@Nullable RemoteEndpoint remote, @Nullable Object owner) {
            told.add((remote == null ? "refused a bind for " : "refused for ") + owner);
            throw new IllegalStateException("a listener that fails");
        }
    }

    private final Stamping stamping = new Stamping();
    private final PortPool pool =
            new PortPool(UnusedPorts.inARow(PORTS), TIME_WAIT, Scope.GLOBAL, SelectionOrder.sequential());
    private final Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
    private final EnforcedPool enforced = PortHook.install()
            .enforce(new EnforcedLimits(pool, stamping, remote -> true, "no port", "no port"), stamping);

    LeaseListenerTest() throws Exception {}

    @AfterEach
    void end() throws IOException {
        Await.until(() -> enforced.counts().stillLive() == 0);
        enforced.close();
        listener.close();
    }

    private void tells(String... expected) {
        Await.until(() -> stamping.told.size() >= expected.length);
        assertEquals(List.of(expected), stamping.told);
        assertNull(enforced.firstFault());
    }

    private void isBackAt(long instant) {
        Await.until(() -> enforced.counts().stillLive() == 0);
        assertEquals(1, pool.snapshot(instant - 1).timeWait());
        assertEquals(0, pool.snapshot(instant).timeWait());
    }

    @OverEachClient
    @DisplayName("are told of a connection when it connects and when it ends, once each, at its owner's instants")
    void connection(Client client) throws Exception {
        try (PortHook.Owned owned = PortHook.owned(1_000L);
                TestConnection connection = client.open()) {
            connection.connect(listener.address());
            tells("leased for 1000");
        }
        tells("leased for 1000", "ACTIVE_CLOSE of 1000");
        isBackAt(1_007 + TIME_WAIT);
    }

    @OverEachClient
    @DisplayName("are told of a socket that was bound before when it connects, and never of one that does not")
    void boundBefore(Client client) throws Exception {
        try (TestConnection unused = client.open()) {
            unused.bind(new InetSocketAddress(Addresses.IPV4, 0));
        }
        TestConnection connection;
        try (PortHook.Owned owned = PortHook.owned(500L)) {
            connection = client.open();
            connection.bind(new InetSocketAddress(Addresses.IPV4, 0));
        }
        assertEquals(List.of(), stamping.told);
        connection.connect(listener.address());
        tells("leased for 500");
        connection.close();
        tells("leased for 500", "ACTIVE_CLOSE of 500");
        isBackAt(507 + TIME_WAIT);
    }

    @Test
    @DisplayName("know the owner of a socket that another thread connects and closes")
    void otherThread() throws Exception {
        SocketChannel channel;
        AsynchronousSocketChannel asynchronous;
        try (PortHook.Owned outer = PortHook.owned(1L)) {
            try (PortHook.Owned inner = PortHook.owned(2L)) {
                channel = SocketChannel.open();
            }
            asynchronous = AsynchronousSocketChannel.open();
        }
        Task.start(() -> {
                    try (PortHook.Owned somebodyElse = PortHook.owned(3L)) {
                        channel.connect(listener.address());
                        channel.close();
                        asynchronous.connect(listener.address()).get();
                        asynchronous.close();
                    }
                    return true;
                })
                .get();
        tells("leased for 2", "ACTIVE_CLOSE of 2", "leased for 1", "ACTIVE_CLOSE of 1");
    }

    @Test
    @DisplayName("know no owner where a thread has not said anything, says nothing, or no longer does")
    void nobodys() throws Exception {
        try (PortHook.Owned owned = PortHook.owned(9L);
                PortHook.Owned nobody = PortHook.owned(null);
                SocketChannel channel = SocketChannel.open(listener.address())) {
            tells("leased for null");
        }
        try (SocketChannel channel = SocketChannel.open(listener.address())) {
            tells("leased for null", "ACTIVE_CLOSE of null", "leased for null");
        }
    }

    @Test
    @DisplayName("are told of a connect that nobody answers as one that did not come about")
    void failedConnect() throws Exception {
        InetSocketAddress nobody = Peer.Listener.none(Addresses.IPV4);
        assertThrows(ConnectException.class, () -> SocketChannel.open(nobody));
        tells("leased for null", "FAILED_CONNECT of null");
    }

    @Test
    @DisplayName("are told of refusals, and the application sees its own exception whatever the listener does")
    void refused() throws Exception {
        List<SocketChannel> open = new ArrayList<>();
        try (PortHook.Owned owned = PortHook.owned(4L);
                SocketChannel refused = SocketChannel.open()) {
            for (int port = 0; port < PORTS; port++) {
                open.add(SocketChannel.open(listener.address()));
            }
            assertThrows(BindException.class, () -> refused.bind(new InetSocketAddress(Addresses.IPV4, 0)));
            BindException refusal = assertThrows(BindException.class, () -> SocketChannel.open(listener.address()));
            assertEquals("no port", refusal.getMessage());
        }
        assertEquals(
                List.of("leased for 4", "leased for 4", "leased for 4", "refused a bind for 4", "refused for 4"),
                stamping.told);
        // Kept, for whoever asks whether the counts can be trusted.
        assertNotNull(enforced.firstFault());
        for (SocketChannel channel : open) {
            channel.close();
        }
    }

    @Test
    @DisplayName("know a socket of the JDK's HttpClient as that of whom the thread that sends works for")
    void httpClient() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(Addresses.IPV4, 0), 0);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try (PortHook.Owned owned = PortHook.owned(60L)) {
            URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
            HttpClient client = HttpClient.newHttpClient();
            HttpResponse<Void> response =
                    client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());
            assertEquals(204, response.statusCode());
            Await.until(() -> !stamping.told.isEmpty());
            assertEquals("leased for 60", stamping.told.get(0));
        } finally {
            server.stop(0);
        }
    }
}
