package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ephemera.ports.Release;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What a contract runs under: the system as it is, or, in the subclass, a pool. Only that one has anything to count. */
class Harness implements AutoCloseable {

    private final Deque<Closeable> toClose = new ArrayDeque<>();

    /** The system as it is: in this JVM there is no hook. */
    static Harness plain() {
        assertThrows(
                ClassNotFoundException.class,
                () -> Class.forName("io.ephemera.agent.hook.SocketHook", false, null),
                "this test runs in a JVM without the hook: surefire's execution without-hook");
        return new Harness();
    }

    /** Puts the connections to a destination under the pool from now on. */
    InetSocketAddress govern(InetSocketAddress destination) {
        return destination;
    }

    /** A port that a client may bind to. */
    int givenPort() throws IOException {
        return Peer.Listener.none(Addresses.IPV4).getPort();
    }

    /** Waits until no lease is live, and holds what has ended since the last call against what should have. */
    void ended(Release... releases) {}

    /** Waits until so many leases are live. */
    void live(int leases) {}

    /** How many connections the system has let go without TIME_WAIT, having no room for more (net.ipv4.tcp_max_tw_buckets). */
    long timeWaitsNotKept() throws IOException {
        Path statistics = Path.of("/proc/net/netstat");
        if (!Files.exists(statistics)) {
            return 0;
        }
        List<String> lines = Files.readAllLines(statistics);
        List<String> names = List.of(lines.get(0).split(" ", -1));
        return Long.parseLong(lines.get(1).split(" ", -1)[names.indexOf("TCPTimeWaitOverflow")]);
    }

    /** Holds a refused bind to a given port against the platform's wording. */
    void refusedGivenPort(Throwable refusal) {}

    <C extends Closeable> C closing(C closeable) {
        toClose.push(closeable);
        return closeable;
    }

    Peer.Listener listener() throws IOException {
        return closing(Peer.Listener.on(Addresses.IPV4));
    }

    /** A listener that answers no connect, under the pool. */
    Peer.Listener full() throws IOException {
        Peer.Listener full = closing(Peer.Listener.full(Addresses.IPV4));
        govern(full.address());
        return full;
    }

    TestConnection connect(Client client, Peer.Listener listener) throws IOException {
        TestConnection connection = open(client);
        connection.connect(govern(listener.address()));
        return connection;
    }

    TestConnection open(Client client) throws IOException {
        return closing(client.open());
    }

    /** Both ends of a connection. */
    record Pair(TestConnection client, Peer peer) {}

    Pair connect(Client client, InetAddress address) throws IOException {
        Peer.Listener listener = closing(Peer.Listener.on(address));
        return new Pair(connect(client, listener), listener.accept());
    }

    /** All leases have ended, and the hook has met no fault. */
    @Override
    public void close() throws IOException {
        while (!toClose.isEmpty()) {
            toClose.pop().close();
        }
    }
}
