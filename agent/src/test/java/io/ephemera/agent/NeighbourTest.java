package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.Scope;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
@DisplayName("A pool whose ports others use as well")
class NeighbourTest {

    private static final int PORTS = 6;
    private static final int HELD = 3;

    private final PortRange range = UnusedPorts.inARow(PORTS);

    /** How somebody holds a port of whom the hook knows nothing: another process, or this one from before there was a pool. */
    enum Hold {
        LISTENING,
        BOUND,
        BOUND_WITH_REUSE,
        CONNECTED,
        CONNECTED_WITH_REUSE;

        boolean connects() {
            return this == CONNECTED || this == CONNECTED_WITH_REUSE;
        }

        boolean reuses() {
            return this == BOUND_WITH_REUSE || this == CONNECTED_WITH_REUSE;
        }

        Closeable take(int port, Peer.Listener listener) throws IOException {
            if (this == LISTENING) {
                return new ServerSocket(port, 1, Addresses.IPV4);
            }
            Socket socket = new Socket();
            socket.setReuseAddress(reuses());
            socket.bind(new InetSocketAddress(Addresses.IPV4, port));
            if (connects()) {
                socket.connect(listener.address());
                // Closed by the peer first, its port is free as soon as it is closed.
                listener.accept().close();
            }
            return socket;
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    @DisplayName("passes over a port that another process holds, and is exhausted only when its own are")
    void passesOver(Hold hold) throws Exception {
        Capability.require(
                "the system's table of sockets (Linux), to tell a port that may be shared from a TIME_WAIT",
                !hold.reuses() || isLinux());
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            List<Closeable> held = new ArrayList<>();
            for (int i = 0; i < HELD; i++) {
                held.add(hold.take(range.firstPort() + i, listener));
            }
            try (PooledHarness harness = new PooledHarness(range, Scope.GLOBAL)) {
                for (int i = HELD; i < PORTS; i++) {
                    assertTrue(range.contains(
                            harness.connect(Client.SOCKET, listener).localPort()));
                }
                assertEquals(HELD, harness.enforced().snapshot().heldElsewhere());
                assertEquals(HELD, harness.counts().heldElsewhere());
                assertEquals(0, harness.counts().exhausted());
                BindException refusal =
                        assertThrows(BindException.class, () -> harness.connect(Client.SOCKET, listener));
                assertEquals(PooledHarness.CONNECT_MESSAGE, refusal.getMessage());
                assertTrue(refusal.getSuppressed()[0].toString().contains(HELD + " held by other processes"));
                for (Closeable each : held) {
                    each.close();
                }
                harness.pass(Duration.ofNanos(PortPool.RECHECK_NANOS));
                harness.connect(Client.SOCKET, listener);
                assertEquals(PORTS - HELD, harness.counts().leases() - 1);
            }
        }
    }

    @Test
    @DisplayName("is refused a given port that another process holds, in the system's own words")
    void givenPortHeld() throws Exception {
        try (PooledHarness harness = new PooledHarness(range, Scope.GLOBAL);
                ServerSocket holder = new ServerSocket(range.lastPort(), 1, Addresses.IPV4);
                Socket socket = new Socket()) {
            BindException refusal =
                    assertThrows(BindException.class, () -> socket.bind(holder.getLocalSocketAddress()));
            assertNotEquals(PooledHarness.BIND_MESSAGE, refusal.getMessage());
            assertEquals(1, harness.counts().heldElsewhere());
        }
    }

    /** In the child: the same hook over the same range towards the same destination. */
    static final class Neighbour {
        public static void main(String[] arguments) throws Exception {
            InetSocketAddress destination = new InetSocketAddress(Addresses.IPV4, Integer.parseInt(arguments[0]));
            PooledHarness harness = new PooledHarness(PortRange.parse(arguments[2]), Scope.GLOBAL);
            System.out.println("ready");
            System.in.read();
            System.out.println(storm(harness, destination, Integer.parseInt(arguments[1])));
        }
    }

    private static String storm(PooledHarness harness, InetSocketAddress destination, int rounds) throws IOException {
        harness.govern(destination);
        for (int i = 0; i < rounds; i++) {
            try (Socket one = new Socket();
                    Socket two = new Socket();
                    Socket three = new Socket()) {
                for (Socket socket : List.of(one, two, three)) {
                    socket.connect(destination);
                    socket.getOutputStream().write(1);
                    // The server closes when it has read, so that nothing but a live connection is in the way.
                    assertEquals(-1, socket.getInputStream().read());
                }
            }
            harness.pass(PooledHarness.TIME_WAIT);
        }
        LeaseCounts counts = harness.counts();
        harness.close();
        return counts.leases() + " leases, " + counts.connected() + " connected, " + counts.exhausted() + " exhausted";
    }

    @Test
    @DisplayName("shares its range with another JVM's pool: no call fails, and nothing is exhausted")
    void twoPools() throws Exception {
        int rounds = 300;
        PortRange shared = UnusedPorts.inARow(100);
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                ChildJvm child = ChildJvm.start(
                        Neighbour.class, List.of(), listener.address().getPort(), rounds, shared)) {
            Task<Boolean> server = Task.start(() -> {
                while (true) {
                    try (Peer peer = listener.acceptUntracked()) {
                        peer.read();
                    }
                }
            });
            assertEquals("ready", child.line());
            PooledHarness own = new PooledHarness(shared, Scope.GLOBAL);
            child.tell("go on");
            String expected = 3 * rounds + " leases, " + 3 * rounds + " connected, 0 exhausted";
            assertEquals(expected, storm(own, listener.address(), rounds));
            assertEquals(expected, child.line());
            listener.stop();
            assertInstanceOf(IOException.class, server.failure());
        }
    }

    @Test
    @DisplayName("agrees with the system's own table on what is live and on whose side TIME_WAIT is")
    void agreesWithSystem() throws Exception {
        Capability.require("the system's table of sockets (Linux)", isLinux());
        Map<String, Set<Integer>> expected = new TreeMap<>();
        Map<String, Set<Integer>> found = new TreeMap<>();
        try (PooledHarness harness = new PooledHarness(range, Scope.GLOBAL)) {
            Peer.Listener listener = harness.listener();
            for (int i = 0; i < PORTS; i++) {
                Harness.Pair pair = new Harness.Pair(harness.connect(Client.SOCKET, listener), listener.accept());
                String what =
                        List.of("live", "our TIME_WAIT", "the peer's TIME_WAIT").get(i % 3);
                add(expected, what, pair.client().localPort());
                switch (i % 3) {
                    case 1 -> Ending.CLIENT_CLOSES.play(pair);
                    case 2 -> Ending.PEER_CLOSES.play(pair);
                    default -> {}
                }
            }
            int server = listener.address().getPort();
            TcpTable.forEach(TcpTable.OWN_NETWORK, row -> {
                int remote = row.remote().port();
                if (row.localPort() == server && row.isInTimeWait()) {
                    add(found, "the peer's TIME_WAIT", remote);
                } else if (range.contains(row.localPort()) && remote == server) {
                    add(found, row.isInTimeWait() ? "our TIME_WAIT" : "live", row.localPort());
                }
            });
            assertEquals(expected, found);
            harness.live(2);
            assertEquals(2, harness.enforced().snapshot().timeWait());
            assertEquals(2, harness.counts().ended(Release.PASSIVE_CLOSE));
        }
    }

    private static void add(Map<String, Set<Integer>> ports, String what, int port) {
        ports.computeIfAbsent(what, first -> new TreeSet<>()).add(port);
    }

    private static boolean isLinux() {
        return System.getProperty("os.name", "").startsWith("Linux");
    }
}
