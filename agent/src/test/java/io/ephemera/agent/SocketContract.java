package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ephemera.ports.Release;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every client of TCP sees, whether the hook is there or not: the subclasses differ in the harness only. */
@Timeout(60)
abstract class SocketContract {

    private Harness harness = new Harness();

    abstract Harness newHarness() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        harness = newHarness();
    }

    @AfterEach
    void end() throws Exception {
        harness.close();
    }

    static Stream<Arguments> endings() {
        return Arrays.stream(Ending.values())
                .flatMap(ending -> Arrays.stream(Client.values())
                        .filter(ending::isKnownTo)
                        .map(client -> Arguments.of(ending, client)));
    }

    @ParameterizedTest(name = "{0}, over {1}")
    @MethodSource("endings")
    @DisplayName("A connection ends:")
    void ends(Ending ending, Client client) throws Exception {
        Harness.Pair pair = harness.connect(client, Addresses.IPV4);
        harness.live(1);
        ending.play(pair);
        harness.ended(ending.over(client));
    }

    static Stream<Arguments> clientsAndAddresses() {
        return Stream.of(Client.values())
                .flatMap(client ->
                        Stream.of(Addresses.IPV4, Addresses.IPV6).map(address -> Arguments.of(client, address)));
    }

    @ParameterizedTest(name = "over {0} to {1}")
    @MethodSource("clientsAndAddresses")
    @DisplayName("A connection carries bytes both ways")
    void carriesBytes(Client client, InetAddress address) throws Exception {
        Capability.require("IPv6 on loopback", Addresses.isAvailable(address));
        Harness.Pair pair = harness.connect(client, address);
        assertEquals(pair.peer().remotePort(), pair.client().localPort());
        pair.client().write((byte) 1, (byte) 2);
        assertEquals(1, pair.peer().read());
        assertEquals(2, pair.peer().read());
        pair.peer().write(3, 4);
        assertEquals(3, pair.client().read());
        assertEquals(4, pair.client().read());
        Ending.CLIENT_CLOSES.play(pair);
        harness.ended(Release.ACTIVE_CLOSE);
    }

    @OverEachClient
    @DisplayName("A refused connect is a ConnectException and leaves nothing behind")
    void refused(Client client) throws Exception {
        InetSocketAddress nobody = harness.govern(Peer.Listener.none(Addresses.IPV4));
        TestConnection connection = harness.open(client);
        assertInstanceOf(ConnectException.class, assertThrows(IOException.class, () -> connection.connect(nobody)));
        connection.close();
        harness.ended(Release.FAILED_CONNECT);
    }

    @OverEachClient
    @DisplayName("Closed before it connects, nothing has happened")
    void closedBeforeConnect(Client client) throws Exception {
        InetSocketAddress destination = harness.govern(harness.listener().address());
        TestConnection connection = harness.open(client);
        connection.close();
        assertThrows(IOException.class, () -> connection.connect(destination));
        harness.ended();
    }

    @OverEachClient
    @DisplayName("Bound but closed before it connects, the port comes back at once")
    void closedAfterBind(Client client) throws Exception {
        harness.govern(harness.listener().address());
        TestConnection connection = harness.open(client);
        connection.bind(new InetSocketAddress(0));
        assertTrue(connection.localPort() > 0);
        harness.live(1);
        connection.close();
        harness.ended(Release.FAILED_CONNECT);
    }

    @OverEachClient
    @DisplayName("Closed while its connect is not answered, the connect fails and the port comes back")
    void closedWhileConnecting(Client client) throws Exception {
        TestConnection connection = harness.open(client);
        Task<Boolean> connecting = connectingInVain(connection);
        harness.live(1);
        connection.close();
        assertInstanceOf(IOException.class, connecting.failure());
        harness.ended(Release.FAILED_CONNECT);
    }

    private Task<Boolean> connectingInVain(TestConnection connection) throws IOException {
        InetSocketAddress silent = harness.full().address();
        return Task.startBlocking(() -> {
            connection.connect(silent);
            return true;
        });
    }

    @ParameterizedTest(name = "the socket of a channel: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("A connect of a java.net.Socket that is not answered in time leaves nothing behind")
    void timesOut(boolean ofChannel) throws Exception {
        InetSocketAddress silent = harness.full().address();
        try (Socket socket = ofChannel ? SocketChannel.open().socket() : new Socket()) {
            assertThrows(SocketTimeoutException.class, () -> socket.connect(silent, 50));
        }
        harness.ended(Release.FAILED_CONNECT);
    }

    @Test
    @DisplayName("A non-blocking connect that nobody finishes was made all the same")
    void unfinishedConnect() throws Exception {
        Peer.Listener listener = harness.listener();
        SocketChannel channel = harness.closing(SocketChannel.open());
        channel.configureBlocking(false);
        channel.connect(harness.govern(listener.address()));
        Peer peer = listener.accept();
        channel.close();
        assertTrue(peer.seesFin());
        harness.ended(Release.ACTIVE_CLOSE);
    }

    @Test
    @DisplayName(
            "A pending connect whose close a selector puts off may still be made, and then the client closed first")
    void connectMadeAfterClose() throws Exception {
        Peer.Listener listener = harness.full();
        SocketChannel channel = harness.closing(SocketChannel.open());
        try (Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_CONNECT);
            channel.connect(listener.address());
            channel.close();
            harness.live(1);
            // Once there is room in the backlog, the system's next SYN is answered.
            listener.acceptFillers();
            assertTrue(listener.accept().socket().isConnected());
        }
        harness.ended(Release.ACTIVE_CLOSE);
    }

    @Test
    @DisplayName("An interrupt closes a channel whose read blocks")
    void interruptedRead() throws Exception {
        Harness.Pair pair = harness.connect(Client.CHANNEL, Addresses.IPV4);
        Task<Integer> reading = Task.startBlocking(pair.client()::read);
        reading.thread().interrupt();
        assertInstanceOf(ClosedByInterruptException.class, reading.failure());
        assertTrue(pair.peer().seesFin());
        harness.ended(Release.ACTIVE_CLOSE);
    }

    @Test
    @DisplayName("An interrupt closes a channel whose connect blocks")
    void interruptedConnect() throws Exception {
        Task<Boolean> connecting = connectingInVain(harness.open(Client.CHANNEL));
        connecting.thread().interrupt();
        assertInstanceOf(ClosedByInterruptException.class, connecting.failure());
        harness.ended(Release.FAILED_CONNECT);
    }

    /** A channel that a selector holds, by which the JDK puts the close of its descriptor off. */
    private void deferredClose(Release expected, int... bytes) throws Exception {
        Peer.Listener listener = harness.listener();
        SocketChannel channel = harness.closing(SocketChannel.open());
        channel.connect(harness.govern(listener.address()));
        Peer peer = listener.accept();
        try (Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            channel.close();
            if (bytes.length == 0) {
                assertTrue(peer.seesFin());
                harness.live(1);
                peer.close();
            } else {
                peer.write(bytes);
            }
        }
        harness.ended(expected);
    }

    @Test
    @DisplayName("A channel that a selector holds sends its FIN when it is closed, before its descriptor is")
    void deferredClose() throws Exception {
        deferredClose(Release.ACTIVE_CLOSE);
    }

    @Test
    @DisplayName("Bytes that come while a selector holds a closed channel turn its end into a reset")
    void bytesDuringDeferredClose() throws Exception {
        deferredClose(Release.ABORT, 1, 2);
    }

    @OverEachClient
    @DisplayName("A bind to port 0 gives the port that the connection then has")
    void bindsToAnyPort(Client client) throws Exception {
        Peer.Listener listener = harness.listener();
        TestConnection connection = harness.open(client);
        InetSocketAddress destination = harness.govern(listener.address());
        connection.bind(new InetSocketAddress(Addresses.IPV4, 0));
        int port = connection.localPort();
        connection.connect(destination);
        Peer peer = listener.accept();
        assertEquals(port, peer.remotePort());
        harness.live(1);
        connection.close();
        assertTrue(peer.seesFin());
        harness.ended(Release.ACTIVE_CLOSE);
    }

    @OverEachClient
    @DisplayName("A given port is refused while it is live and while it is in TIME_WAIT")
    void bindsToGivenPort(Client client) throws Exception {
        long notKept = harness.timeWaitsNotKept();
        Peer.Listener listener = harness.listener();
        InetSocketAddress destination = harness.govern(listener.address());
        InetSocketAddress given = new InetSocketAddress(Addresses.IPV4, harness.givenPort());
        TestConnection first = harness.open(client);
        first.bind(given);
        first.connect(destination);
        Peer peer = listener.accept();
        assertEquals(given.getPort(), peer.remotePort());
        refuses(client, given, listener);
        first.close();
        assertTrue(peer.seesFin());
        peer.close();
        harness.ended(Release.ACTIVE_CLOSE, Release.ACTIVE_CLOSE);
        // Other programs may have left so many that the system has no room for this one.
        assumeTrue(harness.timeWaitsNotKept() == notKept, "net.ipv4.tcp_max_tw_buckets is reached");
        refuses(client, given, listener);
        harness.ended(Release.ACTIVE_CLOSE);
    }

    /** The refused socket is as good as new: it connects from another port. */
    private void refuses(Client client, InetSocketAddress given, Peer.Listener listener) throws IOException {
        TestConnection refused = harness.open(client);
        BindException refusal = assertThrows(BindException.class, () -> refused.bind(given));
        harness.refusedGivenPort(refusal);
        refused.connect(listener.address());
        Peer peer = listener.accept();
        assertNotEquals(given.getPort(), peer.remotePort());
        refused.close();
        assertTrue(peer.seesFin());
        peer.close();
    }

    @OverEachClient
    @DisplayName("Socket options set before the connect are kept, SO_REUSEADDR among them")
    void keepsOptions(Client client) throws Exception {
        Peer.Listener listener = harness.listener();
        TestConnection connection = harness.open(client);
        connection.set(StandardSocketOptions.SO_KEEPALIVE, true);
        connection.set(StandardSocketOptions.TCP_NODELAY, true);
        connection.set(StandardSocketOptions.SO_RCVBUF, 16_384);
        int receiveBuffer = connection.get(StandardSocketOptions.SO_RCVBUF);
        boolean reuse = connection.get(StandardSocketOptions.SO_REUSEADDR);
        connection.connect(harness.govern(listener.address()));
        Peer peer = listener.accept();
        has(connection, StandardSocketOptions.SO_KEEPALIVE, true);
        has(connection, StandardSocketOptions.TCP_NODELAY, true);
        has(connection, StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        has(connection, StandardSocketOptions.SO_REUSEADDR, reuse);
        connection.close();
        assertTrue(peer.seesFin());

        TestConnection reusing = harness.open(client);
        reusing.set(StandardSocketOptions.SO_REUSEADDR, true);
        reusing.connect(listener.address());
        has(reusing, StandardSocketOptions.SO_REUSEADDR, true);
        reusing.close();
        harness.ended(Release.ACTIVE_CLOSE, Release.ACTIVE_CLOSE);
    }

    private static <T> void has(TestConnection connection, SocketOption<T> option, T value) throws IOException {
        assertEquals(value, connection.get(option), option.name());
    }
}
