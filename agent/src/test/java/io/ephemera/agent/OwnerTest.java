package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.net.BindException;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@DisplayName("A socket that is made for something")
@SuppressWarnings("try") // What is open while a block lasts is not named in it.
class OwnerTest {

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
            told.add("refused for " + owner);
        }
    }

    private final Stamping stamping = new Stamping();
    private final PortPool pool =
            new PortPool(TestPorts.unused(PORTS), TIME_WAIT, Scope.GLOBAL, SelectionOrder.sequential());
    private final PortHook hook = PortHook.install();
    private final EnforcedPool enforced =
            hook.enforce(new Limits(pool, stamping, remote -> true, "no port", "no port"), stamping);
    private final ExecutorService otherThreads = Executors.newCachedThreadPool();

    OwnerTest() throws HookUnavailableException {}

    @AfterEach
    void end() {
        otherThreads.shutdown();
        enforced.close();
        assertEquals(null, enforced.firstFault());
    }

    private void tells(String... expected) {
        Await.until(() -> stamping.told.size() >= expected.length);
        assertEquals(List.of(expected), stamping.told);
    }

    @OverEachClient
    @DisplayName("takes its port at the instant of its owner and gives it back at that of its owner's close")
    void stamped(Client client) throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            try (PortHook.Owned owned = PortHook.owned(1_000L);
                    TestConnection connection = client.open()) {
                connection.connect(listener.address());
                tells("leased for 1000");
            }
            Await.until(() -> stamping.told.size() == 2);
            Await.until(() -> enforced.counts().stillLive() == 0);
            long closed = 1_007;
            assertEquals(1, pool.snapshot(closed + TIME_WAIT - 1).timeWait());
            assertEquals(0, pool.snapshot(closed + TIME_WAIT).timeWait());
        }
    }

    @Test
    @DisplayName("keeps its owner when another thread connects it, and when that one closes it")
    void otherThread() throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            SocketChannel channel;
            AsynchronousSocketChannel asynchronous;
            try (PortHook.Owned outer = PortHook.owned(1L)) {
                try (PortHook.Owned inner = PortHook.owned(2L)) {
                    channel = SocketChannel.open();
                }
                asynchronous = AsynchronousSocketChannel.open();
            }
            otherThreads
                    .submit(() -> {
                        try (PortHook.Owned somebodyElse = PortHook.owned(3L)) {
                            channel.connect(listener.address());
                            channel.close();
                            asynchronous.connect(listener.address()).get();
                            asynchronous.close();
                        }
                        return null;
                    })
                    .get();
            tells("leased for 2", "ACTIVE_CLOSE of 2", "leased for 1", "ACTIVE_CLOSE of 1");
        }
    }

    @Test
    @DisplayName("keeps its owner where it is bound before it is connected")
    void boundBefore() throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            SocketChannel channel;
            try (PortHook.Owned owned = PortHook.owned(500L)) {
                channel = SocketChannel.open();
            }
            channel.bind(new InetSocketAddress(Addresses.IPV4, 0));
            channel.connect(listener.address());
            channel.close();
            tells("leased for 500", "ACTIVE_CLOSE of 500");
            assertEquals(1, pool.snapshot(506 + TIME_WAIT).timeWait());
            assertEquals(0, pool.snapshot(507 + TIME_WAIT).timeWait());
        }
    }

    @Test
    @DisplayName("is nobody's where its thread has not said anything, says nothing, or no longer does")
    void nobodys() throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            try (PortHook.Owned owned = PortHook.owned(9L)) {
                try (PortHook.Owned nobody = PortHook.owned(null);
                        SocketChannel channel = SocketChannel.open()) {
                    channel.connect(listener.address());
                }
            }
            try (SocketChannel channel = SocketChannel.open()) {
                channel.connect(listener.address());
            }
            tells("leased for null", "ACTIVE_CLOSE of null", "leased for null", "ACTIVE_CLOSE of null");
        }
    }

    @Test
    @DisplayName("is refused as its owner's")
    void refused() throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                PortHook.Owned owned = PortHook.owned(4L)) {
            List<SocketChannel> open = new ArrayList<>();
            for (int port = 0; port < PORTS; port++) {
                open.add(SocketChannel.open(listener.address()));
            }
            try (SocketChannel refused = SocketChannel.open()) {
                assertThrows(BindException.class, () -> refused.connect(listener.address()));
            }
            tells("leased for 4", "leased for 4", "leased for 4", "refused for 4");
            for (SocketChannel channel : open) {
                channel.close();
            }
        }
    }

    @Test
    @DisplayName("by the JDK's HttpClient belongs to whom the thread that sends works for")
    void httpClient() throws Exception {
        try (HttpStub stub = HttpStub.start(Addresses.IPV4, true);
                PortHook.Owned owned = PortHook.owned(60L)) {
            HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            URI uri = stub.uri();
            assertEquals(
                    200,
                    client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode());
            Await.until(() -> !stamping.told.isEmpty());
            assertEquals("leased for 60", stamping.told.get(0));
        }
        Await.until(() -> enforced.counts().stillLive() == 0);
    }
}
