package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("try") // What is held while a block lasts is not named in it.
@DisplayName("A pool in which another port stands in for one that can't be had")
class StandInTest {

    private static final int PORTS = 5;
    private static final long TIME_WAIT = 100;

    private final PortRange range = TestPorts.unused(PORTS);
    private final AtomicLong clock = new AtomicLong();
    private final List<TestConnection> open = new ArrayList<>();
    private final PortHook hook = PortHook.install();
    private EnforcedPool enforced = enforce(Scope.GLOBAL);

    StandInTest() throws HookUnavailableException {}

    private EnforcedPool enforce(Scope scope) {
        return hook.enforce(new Limits(
                new PortPool(range, TIME_WAIT, scope, SelectionOrder.sequential()),
                clock::get,
                remote -> true,
                "no port",
                "no port",
                null,
                Limits.HeldPorts.STOOD_IN_FOR));
    }

    @AfterEach
    void end() throws Exception {
        for (TestConnection connection : open) {
            connection.close();
        }
        Await.until(() -> enforced.counts().stillLive() == 0);
        enforced.close();
        assertEquals(null, enforced.firstFault());
    }

    private int connect(Client client, Peer.Listener listener) throws Exception {
        TestConnection connection = client.open();
        open.add(connection);
        connection.connect(listener.address());
        return connection.localPort();
    }

    @OverEachClient
    @DisplayName("has as many ports as its range, whoever holds some of them")
    void held(Client client) throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                ServerSocket one = new ServerSocket();
                ServerSocket two = new ServerSocket()) {
            one.bind(new InetSocketAddress(range.firstPort() + 1));
            two.bind(new InetSocketAddress(Addresses.IPV4, range.lastPort()));
            int ofTheRange = 0;
            for (int port = 0; port < PORTS; port++) {
                ofTheRange += range.contains(connect(client, listener)) ? 1 : 0;
            }
            assertEquals(PORTS - 2, ofTheRange);
            assertThrows(SocketException.class, () -> connect(client, listener));
            assertEquals(1, enforced.counts().exhausted());
            assertEquals(PORTS, enforced.counts().connected());
            assertEquals(0, enforced.counts().heldElsewhere());
        }
    }

    @Test
    @DisplayName("counts a stand-in as the port that it stands in for, in TIME_WAIT as well")
    void counted() throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                ServerSocket held = new ServerSocket()) {
            held.bind(new InetSocketAddress(range.firstPort()));
            int port = connect(Client.CHANNEL, listener);
            assertFalse(range.contains(port));
            assertTrue(hook.localPorts().contains(port), "the one that the system knows");
            open.remove(0).close();
            Await.until(() -> enforced.snapshot().timeWait() == 1);
            clock.addAndGet(TIME_WAIT);
            assertEquals(PORTS, enforced.snapshot().free());
        }
    }

    @Test
    @DisplayName("has one stand in for a port that was closed a moment ago, since its peer may not have closed yet")
    void closedAMomentAgo() throws Exception {
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            for (int round = 0; round < 3; round++) {
                for (int port = 0; port < PORTS; port++) {
                    assertEquals(round == 0, range.contains(connect(Client.SOCKET, listener)), "round " + round);
                }
                while (!open.isEmpty()) {
                    open.remove(0).close();
                }
                assertEquals(PORTS, enforced.snapshot().timeWait());
                clock.addAndGet(TIME_WAIT);
            }
            assertEquals(3 * PORTS, enforced.counts().connected());
        }
    }

    @Test
    @DisplayName("has none stand in for a port that the program gives itself: it has that one, or none")
    void given() throws Exception {
        int given = range.firstPort() + 2;
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            for (int round = 0; round < 2; round++) {
                Peer peer;
                try (TestConnection connection = Client.CHANNEL.open()) {
                    connection.bind(new InetSocketAddress(Addresses.IPV4, given));
                    connection.connect(listener.address());
                    assertEquals(given, connection.localPort());
                    peer = listener.accept();
                }
                peer.close();
                clock.addAndGet(TIME_WAIT);
            }
            try (ServerSocket held = new ServerSocket();
                    TestConnection connection = Client.CHANNEL.open()) {
                held.bind(new InetSocketAddress(range.lastPort()));
                assertThrows(
                        BindException.class,
                        () -> connection.bind(new InetSocketAddress(Addresses.IPV4, range.lastPort())));
            }
        }
    }

    @Test
    @DisplayName("of a destination each has its own, and a stand-in may be shared between them")
    void destinations() throws Exception {
        enforced.close();
        enforced = enforce(Scope.DESTINATION);
        try (Peer.Listener one = Peer.Listener.on(Addresses.IPV4);
                Peer.Listener other = Peer.Listener.on(Addresses.IPV4);
                ServerSocket held = new ServerSocket()) {
            held.bind(new InetSocketAddress(range.firstPort()));
            for (Peer.Listener listener : List.of(one, other)) {
                for (int port = 0; port < PORTS; port++) {
                    connect(Client.CHANNEL, listener);
                }
                assertThrows(BindException.class, () -> connect(Client.CHANNEL, listener));
            }
            assertEquals(2 * PORTS, enforced.counts().connected());
        }
    }
}
