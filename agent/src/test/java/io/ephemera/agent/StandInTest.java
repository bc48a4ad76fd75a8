package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("try") // What is held while a block lasts is not named in it.
@DisplayName("A pool in which another port stands in for one that can't be had")
class StandInTest {

    private static final int PORTS = 5;

    private final PortRange range = UnusedPorts.inARow(PORTS);
    private PooledHarness harness = new PooledHarness(range, Scope.GLOBAL, EnforcedLimits.HeldPorts.STOOD_IN_FOR);
    private final Peer.Listener listener = harness.listener();

    StandInTest() throws Exception {}

    @AfterEach
    void end() throws IOException {
        harness.close();
    }

    private static ServerSocket holds(int port) throws IOException {
        ServerSocket holder = new ServerSocket();
        holder.bind(new InetSocketAddress(port));
        return holder;
    }

    @OverEachClient
    @DisplayName("has as many ports as its range, whoever holds some of them")
    void held(Client client) throws Exception {
        try (ServerSocket one = holds(range.firstPort() + 1);
                ServerSocket two = new ServerSocket(range.lastPort(), 1, Addresses.IPV4)) {
            int ofTheRange = 0;
            for (int port = 0; port < PORTS; port++) {
                ofTheRange += range.contains(harness.connect(client, listener).localPort()) ? 1 : 0;
            }
            assertEquals(PORTS - 2, ofTheRange);
            assertThrows(SocketException.class, () -> harness.connect(client, listener));
            assertEquals(1, harness.counts().exhausted());
            assertEquals(PORTS, harness.counts().connected());
            assertEquals(0, harness.counts().heldElsewhere());
        }
    }

    @Test
    @DisplayName("counts a stand-in as the port that it stands in for, in TIME_WAIT as well")
    void counted() throws Exception {
        try (ServerSocket held = holds(range.firstPort())) {
            TestConnection connection = harness.connect(Client.CHANNEL, listener);
            assertFalse(range.contains(connection.localPort()));
            assertTrue(harness.hook().localPorts().contains(connection.localPort()), "the one that the system knows");
            connection.close();
            assertEquals(1, harness.enforced().snapshot().timeWait());
            harness.pass(PooledHarness.TIME_WAIT);
            assertEquals(PORTS, harness.enforced().snapshot().free());
        }
    }

    @Test
    @DisplayName("has one stand in for a port that was closed a moment ago, since its peer may not have closed yet")
    void closedAMomentAgo() throws Exception {
        for (int round = 0; round < 3; round++) {
            List<TestConnection> open = new ArrayList<>();
            for (int port = 0; port < PORTS; port++) {
                TestConnection connection = harness.connect(Client.SOCKET, listener);
                assertEquals(round == 0, range.contains(connection.localPort()), "round " + round);
                open.add(connection);
            }
            for (TestConnection connection : open) {
                connection.close();
            }
            assertEquals(PORTS, harness.enforced().snapshot().timeWait());
            harness.pass(PooledHarness.TIME_WAIT);
        }
        assertEquals(3 * PORTS, harness.counts().connected());
    }

    @Test
    @DisplayName("has none stand in for a port that the program gives itself: it has that one, or none")
    void given() throws Exception {
        InetSocketAddress given = new InetSocketAddress(Addresses.IPV4, range.firstPort() + 2);
        for (int round = 0; round < 2; round++) {
            TestConnection connection = harness.open(Client.CHANNEL);
            connection.bind(given);
            connection.connect(harness.govern(listener.address()));
            assertEquals(given.getPort(), connection.localPort());
            Peer peer = listener.accept();
            connection.close();
            peer.close();
            harness.pass(PooledHarness.TIME_WAIT);
        }
        InetSocketAddress taken = new InetSocketAddress(Addresses.IPV4, range.lastPort());
        try (ServerSocket held = holds(range.lastPort())) {
            TestConnection connection = harness.open(Client.CHANNEL);
            assertThrows(BindException.class, () -> connection.bind(taken));
        }
    }

    @Test
    @DisplayName("of a destination each has its own, and a stand-in may be shared between them")
    void destinations() throws Exception {
        harness.close();
        harness = new PooledHarness(range, Scope.DESTINATION, EnforcedLimits.HeldPorts.STOOD_IN_FOR);
        try (ServerSocket held = holds(range.firstPort())) {
            for (Peer.Listener each : List.of(harness.listener(), harness.listener())) {
                for (int port = 0; port < PORTS; port++) {
                    harness.connect(Client.CHANNEL, each);
                }
                assertThrows(BindException.class, () -> harness.connect(Client.CHANNEL, each));
            }
            assertEquals(2 * PORTS, harness.counts().connected());
        }
    }
}
