package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The harness and the ends of the connections of one test. */
@Timeout(60)
abstract class SocketFixture {

    static final String EACH = "over {0}";
    static final InetSocketAddress ANY_PORT = new InetSocketAddress(0);

    private final Deque<Closeable> toClose = new ArrayDeque<>();
    Harness harness = new Harness.Plain();

    abstract Harness harness() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        harness = harness();
    }

    @AfterEach
    void end() throws Exception {
        while (!toClose.isEmpty()) {
            toClose.pop().close();
        }
        harness.close();
    }

    <C extends Closeable> C closing(C closeable) {
        toClose.push(closeable);
        return closeable;
    }

    Peer.Listener listener() throws IOException {
        return closing(Peer.Listener.on(Addresses.IPV4));
    }

    TestConnection open(Client client) throws IOException {
        return closing(client.open());
    }

    /** Both ends of a connection. */
    record Pair(TestConnection client, Peer peer) {}

    Pair connect(Client client, InetAddress address) throws IOException {
        Peer.Listener listener = closing(Peer.Listener.on(address));
        TestConnection connection = open(client);
        connection.connect(harness.govern(listener.address()));
        return new Pair(connection, listener.accept());
    }

    Pair connect(Client client) throws IOException {
        return connect(client, Addresses.IPV4);
    }

    static void exchange(Pair pair) throws IOException {
        pair.client().write((byte) 1, (byte) 2);
        assertEquals(1, pair.peer().read());
        assertEquals(2, pair.peer().read());
        pair.peer().write(3, 4);
        assertEquals(3, pair.client().read());
        assertEquals(4, pair.client().read());
    }
}
