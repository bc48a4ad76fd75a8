package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Random connections, one after the other: their client, whether they are bound before, what goes over them, and how they end.
 * Both ends are driven by one thread, so the order of events is certain.
 */
final class LeaseStorm implements Closeable {

    private static final Client[] CLIENTS = Client.values();
    private static final Ending[] ENDINGS = Ending.values();

    private final SplittableRandom random;
    private final Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
    private final InetSocketAddress nobody = Peer.Listener.none(Addresses.IPV4);
    private final Map<Release, Long> expected = new EnumMap<>(Release.class);
    private final Set<Integer> livePorts;
    private long connected;

    /** @param livePorts the local ports of the connections that are open now, over all storms */
    LeaseStorm(long seed, Set<Integer> livePorts) throws IOException {
        this.random = new SplittableRandom(seed);
        this.livePorts = livePorts;
    }

    /** Where its connections go, and where the refused ones do. */
    Set<RemoteEndpoint> destinations() {
        return Stream.of(listener.address(), nobody)
                .map(address -> new RemoteEndpoint(address.getAddress(), address.getPort()))
                .collect(Collectors.toSet());
    }

    Map<Release, Long> expected() {
        return expected;
    }

    long connected() {
        return connected;
    }

    void next() throws Exception {
        Client client = CLIENTS[random.nextInt(CLIENTS.length)];
        Release ended = switch (random.nextInt(20)) {
            case 0 -> refused(client);
            case 1 -> onlyBound(client);
            case 2 -> unfinished();
            default -> connection(client);
        };
        expected.merge(ended, 1L, Long::sum);
    }

    private Release refused(Client client) throws IOException {
        try (TestConnection connection = client.open()) {
            assertThrows(IOException.class, () -> connection.connect(nobody));
        }
        return Release.FAILED_CONNECT;
    }

    private static Release onlyBound(Client client) throws IOException {
        try (TestConnection connection = client.open()) {
            connection.bind(new InetSocketAddress(Addresses.IPV4, 0));
        }
        return Release.FAILED_CONNECT;
    }

    /** A non-blocking connect that is closed before anybody asks whether it was made. */
    private Release unfinished() throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            channel.connect(listener.address());
        }
        connected++;
        try (Peer peer = listener.acceptUntracked()) {
            assertTrue(peer.seesFin());
        }
        return Release.ACTIVE_CLOSE;
    }

    private Release connection(Client client) throws Exception {
        try (TestConnection connection = client.open()) {
            if (random.nextInt(4) == 0) {
                connection.bind(new InetSocketAddress(Addresses.IPV4, 0));
            }
            connection.connect(listener.address());
            connected++;
            try (Peer peer = listener.acceptUntracked()) {
                int port = peer.remotePort();
                assertTrue(livePorts.add(port), () -> "port " + port + " is that of two live connections");
                exchange(connection, peer);
                livePorts.remove(port);
                Ending ending = ending(client);
                ending.play(new Harness.Pair(connection, peer));
                return ending.over(client);
            }
        }
    }

    private void exchange(TestConnection connection, Peer peer) throws IOException {
        for (int i = random.nextInt(3); i > 0; i--) {
            byte sent = (byte) random.nextInt(128);
            connection.write(sent);
            peer.write(peer.read());
            assertEquals(sent, connection.read(), "another connection's byte");
        }
    }

    private Ending ending(Client client) {
        while (true) {
            Ending ending = ENDINGS[random.nextInt(ENDINGS.length)];
            if (ending.isQuick() && ending.isKnownTo(client)) {
                return ending;
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
