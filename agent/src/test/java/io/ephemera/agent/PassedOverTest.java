package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.Release;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@DisplayName("A pool that is enforced")
class PassedOverTest {

    private static final int PORTS = 5;

    @AutoClose
    private PooledHarness harness = PooledHarness.overPorts(PORTS);

    PassedOverTest() throws HookUnavailableException {}

    @Test
    @DisplayName("leaves UDP alone")
    void leavesUdpAlone() throws Exception {
        try (DatagramChannel server = DatagramChannel.open(StandardProtocolFamily.INET);
                DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
                DatagramSocket socket = new DatagramSocket()) {
            server.bind(new InetSocketAddress(Addresses.IPV4, 0));
            InetSocketAddress destination = harness.govern((InetSocketAddress) server.getLocalAddress());
            channel.connect(destination);
            channel.write(ByteBuffer.wrap(new byte[] {1}));
            socket.connect(destination);
            socket.send(new DatagramPacket(new byte[] {2}, 1));
            ByteBuffer received = ByteBuffer.allocate(2);
            server.receive(received);
            server.receive(received);
            assertArrayEquals(new byte[] {1, 2}, received.array());
            assertFalse(channel.getOption(StandardSocketOptions.SO_REUSEADDR));
            channel.disconnect();
            channel.connect(destination);
        }
        assertEquals(0, harness.counts().leases());
    }

    @Test
    @DisplayName("leaves Unix-domain sockets alone")
    void leavesUnixDomainAlone(@TempDir Path directory) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            client.bind(UnixDomainSocketAddress.of(directory.resolve("client")));
            client.connect(address);
            try (SocketChannel accepted = server.accept()) {
                client.write(ByteBuffer.wrap(new byte[] {1}));
                assertEquals(1, accepted.read(ByteBuffer.allocate(1)));
                client.shutdownOutput();
                assertEquals(-1, accepted.read(ByteBuffer.allocate(1)));
            }
        }
        assertEquals(0, harness.counts().leases());
    }

    @Test
    @DisplayName("leaves listeners and accepted sockets alone, even on ports of its range")
    void leavesListenersAlone() throws Exception {
        try (ServerSocketChannel channel = ServerSocketChannel.open();
                ServerSocket socket = new ServerSocket()) {
            int firstPort = harness.range().firstPort();
            Map<SocketOption<?>, Object> before = options(channel);
            channel.bind(new InetSocketAddress(Addresses.IPV4, firstPort));
            socket.bind(new InetSocketAddress(Addresses.IPV4, firstPort + 1));
            assertEquals(before, options(channel));
            try (SocketChannel client = SocketChannel.open(channel.getLocalAddress());
                    SocketChannel accepted = channel.accept()) {
                assertTrue(client.isConnected());
                accepted.shutdownInput();
                accepted.shutdownOutput();
            }
        }
        assertEquals(0, harness.counts().leases());
    }

    private static Map<SocketOption<?>, Object> options(ServerSocketChannel channel) throws IOException {
        Map<SocketOption<?>, Object> values = new HashMap<>();
        for (SocketOption<?> option : channel.supportedOptions()) {
            values.put(option, channel.getOption(option));
        }
        return values;
    }

    @OverEachClient
    @DisplayName("leaves connections to other destinations alone")
    void leavesOtherDestinationsAlone(Client client) throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                TestConnection connection = client.open()) {
            connection.connect(listener.address());
            assertFalse(harness.range().contains(connection.localPort()));
            assertEquals(0, harness.counts().leases());
        }
    }

    @OverEachClient
    @DisplayName(
            "takes a port for a bind, whose destination is not known yet, and gives it back if that is another one")
    void givesBackAfterBind(Client client) throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                TestConnection connection = client.open()) {
            connection.bind(new InetSocketAddress(Addresses.IPV4, 0));
            harness.live(1);
            connection.connect(listener.address());
            harness.ended(Release.FAILED_CONNECT);
        }
        harness.ended();
    }

    @OverEachClient
    @DisplayName("leaves a bind to a given port outside its range alone")
    void leavesOtherPortsAlone(Client client) throws Exception {
        int given = Peer.Listener.none(Addresses.IPV4).getPort();
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                TestConnection connection = client.open()) {
            connection.bind(new InetSocketAddress(Addresses.IPV4, given));
            connection.connect(harness.govern(listener.address()));
            assertEquals(given, connection.localPort());
        }
        assertEquals(0, harness.counts().leases());
    }

    @Test
    @DisplayName("leaves a socket alone that was bound before it began")
    void leavesEarlierBindsAlone() throws Exception {
        harness.close();
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                SocketChannel channel = SocketChannel.open()) {
            channel.bind(new InetSocketAddress(Addresses.IPV4, 0));
            harness = PooledHarness.overPorts(PORTS);
            channel.connect(harness.govern(listener.address()));
            harness.live(0);
        }
        assertEquals(0, harness.counts().connected());
    }
}
