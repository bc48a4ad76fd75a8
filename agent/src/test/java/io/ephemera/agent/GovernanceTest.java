package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@DisplayName("A governance")
class GovernanceTest {

    private static final int PORTS = 5;

    private GovernedHarness harness;

    GovernanceTest() throws HookUnavailableException {
        harness = GovernedHarness.overPorts(PORTS);
    }

    @BeforeEach
    void nothingTakenYet() {
        assertEquals(0, harness.governance().counts().leases());
    }

    @AfterEach
    void end() {
        harness.close();
    }

    @ParameterizedTest(name = "over {0}")
    @EnumSource(Client.class)
    @DisplayName(
            "of five ports lets five connections pass, refuses the sixth as the platform would, and takes ports back")
    void refusesTheSixth(Client client) throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            InetSocketAddress destination = harness.govern(listener.address());
            List<TestConnection> open = new ArrayList<>();
            List<Peer> accepted = new ArrayList<>();
            for (int i = 0; i < PORTS; i++) {
                TestConnection connection = client.open();
                open.add(connection);
                connection.connect(destination);
                accepted.add(listener.accept());
                assertTrue(harness.pool().range().contains(connection.localPort()));
            }
            try (TestConnection sixth = client.open()) {
                IOException refusal = assertThrows(IOException.class, () -> sixth.connect(destination));
                isExhaustion(refusal, GovernedHarness.CONNECT_MESSAGE);
            }
            try (TestConnection sixth = client.open()) {
                IOException refusal =
                        assertThrows(IOException.class, () -> sixth.bind(new InetSocketAddress(Addresses.IPV4, 0)));
                isExhaustion(refusal, GovernedHarness.BIND_MESSAGE);
            }
            for (TestConnection connection : open) {
                connection.close();
            }
            for (Peer peer : accepted) {
                assertTrue(peer.seesFin());
                peer.close();
            }
            Await.until(() -> harness.governance().snapshot().timeWait() == PORTS);
            try (TestConnection early = client.open()) {
                assertThrows(IOException.class, () -> early.connect(destination));
            }
            harness.pass(GovernedHarness.TIME_WAIT);
            try (TestConnection afterwards = client.open()) {
                afterwards.connect(destination);
                harness.live(1);
            }
            assertEquals(3, harness.governance().counts().exhausted());
        }
    }

    @ParameterizedTest(name = "over {0}")
    @EnumSource(HttpTestClient.Kind.class)
    @DisplayName("without a free port refuses an HTTP call with the platform's exception as the cause")
    void refusesHttpCalls(HttpTestClient.Kind kind) throws Exception {
        try (HttpStub stub = HttpStub.start(Addresses.IPV4, true);
                HttpTestClient client = kind.open()) {
            InetSocketAddress destination = harness.govern(stub.listener().address());
            List<Socket> holders = new ArrayList<>();
            for (int i = 0; i < PORTS; i++) {
                Socket holder = new Socket();
                holders.add(holder);
                holder.connect(destination);
            }
            IOException refusal = assertThrows(IOException.class, () -> client.get(stub.uri()));
            Throwable cause = refusal;
            while (!(cause instanceof BindException) && cause.getCause() != null) {
                cause = cause.getCause();
            }
            assertTrue(cause instanceof BindException, refusal::toString);
            for (Socket holder : holders) {
                holder.setSoLinger(true, 0);
                holder.close();
            }
            assertEquals("ok", client.get(stub.uri()));
        }
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
        GovernedHarness first = harness;
        first.close();
        harness = GovernedHarness.overPorts(PORTS);
        first.governance().close();
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                Socket socket = new Socket()) {
            socket.connect(harness.govern(listener.address()));
            harness.live(1);
        }
    }

    @Test
    @DisplayName("that is over still gets back the port of a connection that outlives it")
    void outlived() throws Exception {
        GovernedHarness first = harness;
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            try (Socket socket = new Socket()) {
                socket.connect(first.govern(listener.address()));
                first.governance().close();
            }
            first.ended(Release.ACTIVE_CLOSE);
        }
    }

    @Test
    @DisplayName("is one at a time, over ports that need no privileges")
    void oneAtATime() {
        Limits limits = harness.governance().limits();
        assertThrows(IllegalStateException.class, () -> harness.hook().govern(limits));
        harness.governance().close();
        PortPool low = new PortPool(new PortRange(1_000, 2_000), 1, Scope.GLOBAL, SelectionOrder.sequential());
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> harness.hook().govern(Limits.everywhere(low, "c", "b")));
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
            return socket.get() == null && harness.governance().counts().stillLive() == 0;
        });
    }

    @Test
    @DisplayName("per destination gives one port to connections towards several")
    void perDestination() throws Exception {
        harness.close();
        harness = new GovernedHarness(TestPorts.unused(1), Scope.DESTINATION);
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
        assertEquals(1, harness.governance().counts().exhausted());
    }

    @Test
    @DisplayName("fails one connect, by its own name, where the connection before on that port has not ended")
    void peerHasNotClosed() throws Exception {
        harness.close();
        harness = GovernedHarness.overPorts(1);
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
            harness.pass(GovernedHarness.TIME_WAIT);
            ConnectException failure = assertThrows(ConnectException.class, () -> second.connect(destination));
            assertEquals("Local port has a connection that has not ended", failure.getMessage());
            assertEquals(1, harness.governance().counts().heldElsewhere());
        }
        assertEquals(0, harness.governance().counts().exhausted());
    }

    @Test
    @DisplayName("governs virtual threads as any other")
    void virtualThreads() throws Exception {
        Capability.require("virtual threads (JDK 21)", Runtime.version().feature() >= 21);
        ExecutorService executor = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            InetSocketAddress destination = harness.govern(listener.address());
            for (int i = 0; i < PORTS; i++) {
                executor.execute(() -> orStop(listener, failures, () -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(destination);
                        assertEquals(7, socket.getInputStream().read());
                    }
                }));
            }
            for (int i = 0; i < PORTS; i++) {
                // Closed as well: until its FIN is acknowledged the system has a connection, and no TIME_WAIT, over the
                // port.
                try (Peer peer = listener.acceptUntracked()) {
                    peer.write(7);
                    assertTrue(peer.seesFin());
                }
            }
            harness.ended(
                    Release.ACTIVE_CLOSE,
                    Release.ACTIVE_CLOSE,
                    Release.ACTIVE_CLOSE,
                    Release.ACTIVE_CLOSE,
                    Release.ACTIVE_CLOSE);
            harness.pass(GovernedHarness.TIME_WAIT);
            Thread[] reader = new Thread[1];
            executor.execute(() -> orStop(listener, failures, () -> {
                reader[0] = Thread.currentThread();
                try (Socket socket = new Socket()) {
                    socket.connect(destination);
                    socket.getOutputStream().write(8);
                    assertThrows(
                            IOException.class, () -> socket.getInputStream().read());
                }
            }));
            Peer peer = listener.accept();
            assertEquals(8, peer.read());
            reader[0].interrupt();
            assertTrue(peer.seesFin());
            harness.ended(Release.ACTIVE_CLOSE);
        } catch (IOException e) {
            failures.forEach(e::addSuppressed);
            throw e;
        } finally {
            executor.shutdown();
        }
        assertNull(failures.peek(), failures::toString);
    }

    /** What fails ends the wait for its connection too, so that a test tells of the failure and does not hang. */
    private static void orStop(Peer.Listener listener, Queue<Throwable> failures, Executable body) {
        try {
            body.execute();
        } catch (Throwable t) {
            failures.add(t);
            try {
                listener.stop();
            } catch (IOException e) {
                t.addSuppressed(e);
            }
        }
    }
}
