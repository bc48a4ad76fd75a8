package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@DisplayName("A pool that is enforced")
class EnforcedPoolTest {

    private static final int PORTS = 5;

    @AutoClose
    private PooledHarness harness = PooledHarness.overPorts(PORTS);

    EnforcedPoolTest() throws HookUnavailableException {}

    @OverEachClient
    @DisplayName(
            "of five ports lets five connections pass, refuses the sixth as the platform would, and takes ports back")
    void refusesTheSixth(Client client) throws Exception {
        Peer.Listener listener = harness.listener();
        InetSocketAddress destination = harness.govern(listener.address());
        List<Harness.Pair> open = new ArrayList<>();
        for (int i = 0; i < PORTS; i++) {
            Harness.Pair pair = new Harness.Pair(harness.connect(client, listener), listener.accept());
            open.add(pair);
            assertTrue(harness.range().contains(pair.client().localPort()));
        }
        TestConnection sixth = harness.open(client);
        isExhaustion(assertThrows(IOException.class, () -> sixth.connect(destination)), PooledHarness.CONNECT_MESSAGE);
        TestConnection bound = harness.open(client);
        isExhaustion(
                assertThrows(IOException.class, () -> bound.bind(new InetSocketAddress(Addresses.IPV4, 0))),
                PooledHarness.BIND_MESSAGE);
        for (Harness.Pair pair : open) {
            Ending.CLIENT_CLOSES.play(pair);
        }
        Await.until(() -> harness.enforced().snapshot().timeWait() == PORTS);
        assertThrows(IOException.class, () -> harness.connect(client, listener));
        harness.pass(PooledHarness.TIME_WAIT);
        harness.connect(client, listener);
        harness.live(1);
        assertEquals(3, harness.counts().exhausted());
    }

    private static void isExhaustion(Throwable refusal, String message) {
        Throwable platforms = refusal;
        // Netty adds the destination to the message, and has the platform's own exception as the cause.
        while (platforms.getCause() != null && !message.equals(platforms.getMessage())) {
            platforms = platforms.getCause();
        }
        BindException exhaustion = assertInstanceOf(BindException.class, platforms);
        assertEquals(message, exhaustion.getMessage());
        assertEquals(1, exhaustion.getSuppressed().length);
        assertInstanceOf(PortPoolState.class, exhaustion.getSuppressed()[0]);
    }

    @Test
    @DisplayName("that is over changes nothing in the next one, however often it is closed")
    void closedTwice() throws Exception {
        PooledHarness first = harness;
        first.close();
        harness = PooledHarness.overPorts(PORTS);
        first.enforced().close();
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                Socket socket = new Socket()) {
            socket.connect(harness.govern(listener.address()));
            harness.live(1);
        }
    }

    @Test
    @DisplayName("keeps its own faults, and none of an earlier pool's")
    void ownFaults() throws Exception {
        harness.close();
        RuntimeException fault = new IllegalStateException("a predicate that fails");
        EnforcedLimits faulty = new EnforcedLimits(
                new PortPool(UnusedPorts.inARow(1), 1, Scope.GLOBAL, SelectionOrder.sequential()),
                System::nanoTime,
                remote -> {
                    throw fault;
                },
                "c",
                "b");
        Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
        try (listener;
                EnforcedPool first = harness.hook().enforce(faulty);
                Socket socket = new Socket()) {
            // The application does not notice.
            socket.connect(listener.address());
            assertSame(fault, first.firstFault());
        }
        harness = PooledHarness.overPorts(PORTS);
        assertNull(harness.enforced().firstFault());
    }

    @Test
    @DisplayName("is one at a time, over ports that need no privileges, by a hook that is installed once and bites")
    void oneAtATime() throws Exception {
        EnforcedLimits limits = harness.enforced().limits();
        assertThrows(IllegalStateException.class, () -> harness.hook().enforce(limits));
        harness.enforced().close();
        assertSame(harness.hook(), PortHook.install());
        harness.hook().selfTest();
        harness.hook().selfTest();
        PortPool low = new PortPool(new PortRange(1_000, 2_000), 1, Scope.GLOBAL, SelectionOrder.sequential());
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> harness.hook().enforce(new EnforcedLimits(low, System::nanoTime, remote -> true, "c", "b")));
        assertTrue(String.valueOf(e.getMessage()).contains("1024"), e::toString);
    }

    @Test
    @DisplayName(
            "gets the port back of a socket that nobody closed, once it is collected, with the side that closed first")
    void cleaned() throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            InetSocketAddress destination = harness.govern(listener.address());
            collect(forgotten(destination));
            harness.ended(Release.ACTIVE_CLOSE);
            WeakReference<Socket> second = forgotten(destination);
            listener.accept().close();
            listener.accept().close();
            collect(second);
            harness.ended(Release.PASSIVE_CLOSE);
        }
    }

    private static WeakReference<Socket> forgotten(InetSocketAddress destination) throws IOException {
        @SuppressWarnings("resource")
        Socket socket = new Socket();
        socket.connect(destination);
        return new WeakReference<>(socket);
    }

    private void collect(WeakReference<Socket> socket) {
        Await.until(() -> {
            System.gc();
            return socket.get() == null && harness.counts().stillLive() == 0;
        });
    }

    @Test
    @DisplayName("per destination gives one port to connections towards several")
    void perDestination() throws Exception {
        harness.close();
        harness = new PooledHarness(UnusedPorts.inARow(1), Scope.DESTINATION);
        try (Peer.Listener one = Peer.Listener.on(Addresses.IPV4);
                Peer.Listener other = Peer.Listener.on(Addresses.IPV4);
                Socket first = new Socket();
                Socket second = new Socket();
                Socket third = new Socket()) {
            first.connect(harness.govern(one.address()));
            second.connect(harness.govern(other.address()));
            assertEquals(first.getLocalPort(), second.getLocalPort());
            assertThrows(BindException.class, () -> third.connect(one.address()));
        }
        assertEquals(1, harness.counts().exhausted());
    }

    /** How a connect is asked for, and whether it is refused when it is finished, where the platform does so. */
    enum Connect {
        /** Not known where Windows refuses it; it must not wait for an end that never comes. */
        ASYNCHRONOUS_CHANNEL(false),
        CHANNEL(false),
        CHANNEL_NON_BLOCKING(true),
        CHANNELS_SOCKET(true),
        CHANNELS_SOCKET_WITH_TIMEOUT(true),
        SOCKET(false),
        SOCKET_WITH_TIMEOUT(true);

        private final boolean later;

        Connect(boolean later) {
            this.later = later;
        }

        void to(InetSocketAddress destination) throws IOException {
            try (Socket socket = new Socket();
                    SocketChannel channel = SocketChannel.open();
                    Selector selector = Selector.open()) {
                switch (this) {
                    case ASYNCHRONOUS_CHANNEL -> {
                        try (TestConnection asynchronous = Client.ASYNCHRONOUS.open()) {
                            asynchronous.connect(destination);
                        }
                    }
                    case SOCKET -> socket.connect(destination);
                    case SOCKET_WITH_TIMEOUT -> socket.connect(destination, 60_000);
                    case CHANNEL -> channel.connect(destination);
                    case CHANNELS_SOCKET -> channel.socket().connect(destination);
                    case CHANNELS_SOCKET_WITH_TIMEOUT -> channel.socket().connect(destination, 60_000);
                    case CHANNEL_NON_BLOCKING -> {
                        channel.configureBlocking(false);
                        assertFalse(channel.connect(destination), "it begins");
                        channel.register(selector, SelectionKey.OP_CONNECT);
                        selector.select();
                        assertTrue(selector.selectedKeys().iterator().next().isConnectable());
                        channel.finishConnect();
                    }
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName(
            "of a platform that refuses a connect when it is finished does so where it does not wait, in its words")
    void refusedWhenFinished(Connect connect) throws Exception {
        assertRefused(connect, connect.later);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @EnabledForJreRange(min = JRE.JAVA_21)
    @DisplayName("does so on a virtual thread, where no connect blocks in the system")
    void refusedOnVirtualThread(Connect connect) throws Exception {
        FutureTask<Void> task = new FutureTask<>(() -> {
            assertRefused(connect, connect != Connect.ASYNCHRONOUS_CHANNEL);
            return null;
        });
        Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        task.get(60, TimeUnit.SECONDS);
    }

    private void assertRefused(Connect connect, boolean whenFinished) throws Exception {
        harness.close();
        String later = "Address already in use: getsockopt";
        EnforcedLimits limits = new EnforcedLimits(
                        new PortPool(UnusedPorts.inARow(1), 1_000, Scope.GLOBAL, SelectionOrder.sequential()),
                        () -> 1,
                        remote -> true,
                        PooledHarness.CONNECT_MESSAGE,
                        PooledHarness.BIND_MESSAGE)
                .withFinishConnectMessage(later);
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                EnforcedPool pool = PortHook.install().enforce(limits);
                SocketChannel only = SocketChannel.open()) {
            only.socket().connect(listener.address()); // Without waiting, which must not be held of the next one.
            BindException refusal = assertThrows(BindException.class, () -> connect.to(listener.address()));
            assertEquals(whenFinished ? later : PooledHarness.CONNECT_MESSAGE, refusal.getMessage());
            assertInstanceOf(PortPoolState.class, refusal.getSuppressed()[0]);
            assertEquals(1, pool.counts().exhausted());
            assertNull(pool.firstFault());
        }
        harness = PooledHarness.overPorts(PORTS);
    }

    @Test
    @DisplayName("fails one connect, by its own name, where the connection before on that port has not ended")
    void peerHasNotClosed() throws Exception {
        harness.close();
        harness = PooledHarness.overPorts(1);
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                Socket second = new Socket()) {
            InetSocketAddress destination = harness.govern(listener.address());
            try (SocketChannel first = SocketChannel.open()) {
                first.connect(destination);
                first.configureBlocking(false);
                while (first.write(ByteBuffer.allocate(8192)) > 0) {
                    // Our FIN waits behind what the peer does not read.
                }
            }
            harness.ended(Release.ACTIVE_CLOSE);
            harness.pass(PooledHarness.TIME_WAIT);
            ConnectException failure = assertThrows(ConnectException.class, () -> second.connect(destination));
            assertEquals("Local port has a connection that has not ended", failure.getMessage());
            assertEquals(1, harness.counts().heldElsewhere());
        }
        assertEquals(0, harness.counts().exhausted());
    }

    @Test
    @DisplayName("counts the connections of virtual threads as any other")
    void virtualThreads() throws Exception {
        Capability.require("virtual threads (JDK 21)", Runtime.version().feature() >= 21);
        ExecutorService executor = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        Peer.Listener listener = harness.listener();
        InetSocketAddress destination = harness.govern(listener.address());
        List<Future<Integer>> readers = new ArrayList<>();
        for (int i = 0; i <= PORTS; i++) {
            // The last one finds no port, and reads from nobody.
            readers.add(executor.submit(() -> {
                try (Socket socket = new Socket()) {
                    socket.connect(destination);
                    return socket.getInputStream().read();
                }
            }));
            if (i < PORTS) {
                listener.accept();
            }
        }
        ExecutionException refused = assertThrows(ExecutionException.class, readers.get(PORTS)::get);
        isExhaustion(refused, PooledHarness.CONNECT_MESSAGE);
        // An interrupt closes the socket of a virtual thread that reads.
        readers.forEach(reader -> reader.cancel(true));
        Await.until(() -> harness.counts().ended(Release.ACTIVE_CLOSE) == PORTS);
        executor.shutdown();
    }
}
