package io.ephemera.agent;

import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Random connections, one after the other: their client, what goes over them, who ends them and how. Both ends are driven by one
 * thread, so the order of events is certain, and how a lease should have ended is told by what the <em>peer</em> saw: our FIN
 * before it sent its own, our FIN after, a RST, or no connection at all.
 */
final class LeaseStorm implements Closeable {

    private static final Client[] CLIENTS = Client.values();

    private final SplittableRandom random;
    private final Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
    private final InetSocketAddress nobody = Peer.Listener.none(Addresses.IPV4);
    private final Map<Release, Long> expected = new EnumMap<>(Release.class);
    private final Set<Integer> livePorts;
    private long connected;
    private String path = "";

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

    /** How the leases so far should have ended. */
    Map<Release, Long> expected() {
        return expected;
    }

    /** Leases whose connect completed. */
    long connected() {
        return connected;
    }

    /** What the latest connection did. */
    String path() {
        return path;
    }

    /** Makes one connection and returns how its lease should have ended. */
    Release next() throws IOException {
        Client client = CLIENTS[random.nextInt(CLIENTS.length)];
        path = client.toString();
        Release ended = switch (random.nextInt(20)) {
            case 0 -> refused(client);
            case 1 -> onlyBound(client);
            case 2 -> unfinished();
            default -> connection(client);
        };
        expected.merge(ended, 1L, Long::sum);
        return ended;
    }

    private boolean perhaps(String step) {
        boolean taken = random.nextBoolean();
        if (taken) {
            path += ", " + step;
        }
        return taken;
    }

    private Release refused(Client client) throws IOException {
        try (TestConnection connection = client.open()) {
            connection.connect(nobody);
            throw new AssertionError("somebody answered");
        } catch (IOException e) {
            return Release.FAILED_CONNECT;
        }
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
            return peer.seesFin() ? Release.ACTIVE_CLOSE : Release.ABORT;
        }
    }

    private Release connection(Client client) throws IOException {
        try (TestConnection connection = client.open()) {
            if (random.nextInt(4) == 0) {
                connection.bind(new InetSocketAddress(Addresses.IPV4, 0));
            }
            connection.connect(listener.address());
            connected++;
            try (Peer peer = listener.acceptUntracked()) {
                int port = peer.remotePort();
                if (!livePorts.add(port)) {
                    throw new AssertionError("port " + port + " is that of two live connections");
                }
                exchange(connection, peer);
                livePorts.remove(port);
                return end(client, connection, peer);
            }
        }
    }

    private void exchange(TestConnection connection, Peer peer) throws IOException {
        for (int i = random.nextInt(3); i > 0; i--) {
            byte sent = (byte) random.nextInt(128);
            connection.write(sent);
            peer.write(peer.read());
            if (connection.read() != sent) {
                throw new AssertionError("another connection's byte");
            }
        }
    }

    private Release end(Client client, TestConnection connection, Peer peer) throws IOException {
        int way = random.nextInt(8);
        if (way == 3 && client == Client.NETTY) {
            way = 7; // Its descriptor is closed some time after the close, and with it goes the RST.
        }
        path += ", way " + way;
        return switch (way) {
            case 0 -> peerAborts(connection, peer);
            case 1 -> peerFirst(connection, peer);
            case 2 -> clientHalfCloses(connection, peer);
            case 3 -> clientLosesBytes(connection, peer);
            case 4 -> clientShutsInput(connection, peer);
            case 5 -> clientLingersZero(client, connection, peer);
            default -> clientFirst(connection, peer);
        };
    }

    private static Release clientFirst(TestConnection connection, Peer peer) throws IOException {
        connection.close();
        return peer.seesFin() ? Release.ACTIVE_CLOSE : Release.ABORT;
    }

    private Release peerFirst(TestConnection connection, Peer peer) throws IOException {
        peer.shutdownOutput();
        if (perhaps("client reads") && connection.read() != -1) {
            throw new AssertionError("a byte that nobody sent");
        }
        if (perhaps("client shuts its output")) {
            connection.shutdownOutput();
        }
        connection.close();
        return peer.seesFin() ? Release.PASSIVE_CLOSE : Release.ABORT;
    }

    private Release peerAborts(TestConnection connection, Peer peer) throws IOException {
        peer.abort();
        if (perhaps("client reads")) {
            try {
                connection.read();
                throw new AssertionError("a reset connection was read");
            } catch (IOException e) {
                // The reset.
            }
        }
        connection.close();
        return Release.ABORT;
    }

    private Release clientHalfCloses(TestConnection connection, Peer peer) throws IOException {
        connection.shutdownOutput();
        boolean fin = peer.seesFin();
        if (perhaps("peer answers")) {
            peer.write(9);
        }
        peer.close();
        if (perhaps("client reads")) {
            while (connection.read() >= 0) {
                // To the peer's FIN.
            }
        }
        connection.close();
        return fin ? Release.ACTIVE_CLOSE : Release.ABORT;
    }

    private static Release clientLosesBytes(TestConnection connection, Peer peer) throws IOException {
        peer.write(9);
        connection.close();
        try {
            // A FIN that is followed by a RST reads like a FIN, but what is written then fails at once.
            peer.write(9);
            return Release.ACTIVE_CLOSE;
        } catch (IOException e) {
            return Release.ABORT;
        }
    }

    private Release clientShutsInput(TestConnection connection, Peer peer) throws IOException {
        connection.shutdownInput();
        if (perhaps("client shuts its output")) {
            connection.shutdownOutput();
        }
        connection.close();
        return peer.seesFin() ? Release.ACTIVE_CLOSE : Release.ABORT;
    }

    private static Release clientLingersZero(Client client, TestConnection connection, Peer peer) throws IOException {
        if (client != Client.ASYNCHRONOUS) { // It does not know the option.
            connection.set(StandardSocketOptions.SO_LINGER, 0);
        }
        connection.close();
        return peer.seesFin() ? Release.ACTIVE_CLOSE : Release.ABORT;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
