package io.ephemera.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.Scope;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
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

    private final PooledHarness harness = PooledHarness.overPorts(PORTS);
    private final List<Socket> open = new ArrayList<>();

    NeighbourTest() throws HookUnavailableException {}

    @AfterEach
    void end() throws IOException {
        for (Socket socket : open) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
        harness.close();
    }

    /** How another process holds a port. */
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
    }

    /** In the child: holds ports as it is told, a line for each time, until the next line. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) {
            ChildJvm.say("ready");
            try (Scanner lines = new Scanner(System.in, StandardCharsets.UTF_8)) {
                while (lines.hasNextLine()) {
                    List<Closeable> held = hold(lines.nextLine().split(" ", 3));
                    ChildJvm.say("holds " + held.size());
                    lines.nextLine();
                    for (Closeable each : held) {
                        each.close();
                    }
                    ChildJvm.say("holds none");
                }
            } catch (IOException e) {
                ChildJvm.say(e);
            }
        }

        private static List<Closeable> hold(String[] how) throws IOException {
            Hold hold = Hold.valueOf(how[0]);
            InetSocketAddress destination = new InetSocketAddress(Addresses.IPV4, Integer.parseInt(how[1]));
            List<Closeable> held = new ArrayList<>();
            for (int i = 0; i < HELD; i++) {
                InetSocketAddress local = new InetSocketAddress(Addresses.IPV4, Integer.parseInt(how[2]) + i);
                if (hold == Hold.LISTENING) {
                    held.add(new ServerSocket(local.getPort(), 1, local.getAddress()));
                } else {
                    Socket socket = new Socket();
                    held.add(socket);
                    socket.setReuseAddress(hold.reuses());
                    socket.bind(local);
                    if (hold.connects()) {
                        socket.connect(destination);
                    }
                }
            }
            return held;
        }
    }

    /** One for all ways of holding: it takes a second to start. */
    private static @Nullable ChildJvm holder;

    private static ChildJvm holder() throws IOException {
        ChildJvm child = holder;
        if (child == null) {
            child = ChildJvm.start(Holder.class, List.of());
            holder = child;
            assertEquals("ready", child.line());
        }
        return child;
    }

    @AfterAll
    static void endHolder() {
        if (holder != null) {
            holder.close();
        }
    }

    private void connect(InetSocketAddress destination) throws IOException {
        Socket socket = new Socket();
        socket.connect(destination);
        open.add(socket);
        assertTrue(harness.range().contains(socket.getLocalPort()));
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Hold.class)
    @DisplayName("passes over a port that another process holds, and is exhausted only when its own are")
    void passesOver(Hold hold) throws Exception {
        Capability.require(
                "the system's table of sockets (Linux), to tell a port that may be shared from a TIME_WAIT",
                !hold.reuses() || isLinux());
        ChildJvm child = holder();
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            child.tell(hold, listener.address().getPort(), harness.range().firstPort());
            assertEquals("holds " + HELD, child.line());
            for (int i = 0; i < HELD && hold.connects(); i++) {
                // Closed by the peer first, its ports are free as soon as the process is gone.
                listener.accept().close();
            }
            InetSocketAddress destination = harness.govern(listener.address());
            for (int i = HELD; i < PORTS; i++) {
                connect(destination);
            }
            assertEquals(HELD, harness.enforced().snapshot().heldElsewhere());
            assertEquals(HELD, harness.counts().heldElsewhere());
            assertEquals(0, harness.counts().exhausted());
            BindException refusal = assertThrows(BindException.class, () -> connect(destination));
            assertEquals(PooledHarness.CONNECT_MESSAGE, refusal.getMessage());
            assertTrue(refusal.getSuppressed()[0].toString().contains(HELD + " held by other processes"));
            child.tell("release");
            assertEquals("holds none", child.line());
            harness.pass(Duration.ofNanos(PortPool.RECHECK_NANOS));
            connect(destination);
            assertEquals(PORTS - HELD, harness.counts().leases() - 1);
        }
    }

    @Test
    @DisplayName("is refused a given port that another process holds, in the system's own words")
    void givenPortHeld() throws Exception {
        int port = harness.givenPort();
        try (ServerSocket holder = new ServerSocket(port, 1, Addresses.IPV4);
                Socket socket = new Socket()) {
            BindException refusal =
                    assertThrows(BindException.class, () -> socket.bind(holder.getLocalSocketAddress()));
            assertFalse(PooledHarness.BIND_MESSAGE.equals(refusal.getMessage()), refusal::toString);
            assertEquals(0, harness.counts().refusedGivenPort());
            assertEquals(1, harness.counts().heldElsewhere());
        }
    }

    /** In the child: the same hook over the same range towards the same destination. */
    static final class Neighbour {
        private Neighbour() {}

        public static void main(String[] arguments) throws Exception {
            InetSocketAddress destination = new InetSocketAddress(Addresses.IPV4, Integer.parseInt(arguments[0]));
            int rounds = Integer.parseInt(arguments[1]);
            PooledHarness harness = new PooledHarness(PortRange.parse(arguments[2]), Scope.GLOBAL);
            harness.govern(destination);
            ChildJvm.say("ready");
            System.in.read();
            ChildJvm.say(storm(harness, destination, rounds));
        }
    }

    /** Opens and closes connections, a few at a time. */
    private static String storm(PooledHarness harness, InetSocketAddress destination, int rounds) throws IOException {
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
        PortRange range = TestPorts.unused(100);
        harness.close();
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4);
                ChildJvm child = ChildJvm.start(
                        Neighbour.class, List.of(), listener.address().getPort(), rounds, range)) {
            Task<Boolean> server = Task.start(() -> {
                while (true) {
                    try (Peer peer = listener.acceptUntracked()) {
                        peer.read();
                    }
                }
            });
            assertEquals("ready", child.line());
            PooledHarness own = new PooledHarness(range, Scope.GLOBAL);
            own.govern(listener.address());
            child.tell("go on");
            String expected = 3 * rounds + " leases, " + 3 * rounds + " connected, 0 exhausted";
            assertEquals(expected, storm(own, listener.address(), rounds));
            assertEquals(expected, child.line());
            listener.stop();
            assertTrue(server.failure() instanceof IOException);
        }
    }

    @Test
    @DisplayName("agrees with the system's own table on what is live and on whose side TIME_WAIT is")
    void agreesWithSystem() throws Exception {
        Capability.require("ss(8)", hasSs());
        try (Peer.Listener listener = Peer.Listener.on(Addresses.IPV4)) {
            InetSocketAddress destination = harness.govern(listener.address());
            int server = destination.getPort();
            Set<Integer> live = new TreeSet<>();
            Set<Integer> ours = new TreeSet<>();
            Set<Integer> peers = new TreeSet<>();
            for (int i = 0; i < PORTS; i++) {
                Socket socket = new Socket();
                socket.connect(destination);
                Peer peer = listener.accept();
                int port = socket.getLocalPort();
                switch (i % 3) {
                    case 0 -> {
                        live.add(port);
                        open.add(socket);
                    }
                    case 1 -> {
                        ours.add(port);
                        socket.close();
                        assertTrue(peer.seesFin());
                        peer.close();
                    }
                    default -> {
                        peers.add(port);
                        peer.close();
                        socket.close();
                    }
                }
            }
            assertEquals(live, ss("established", "sport", "dport", server));
            assertEquals(ours, ss("time-wait", "sport", "dport", server));
            assertEquals(peers, ss("time-wait", "dport", "sport", server));
            harness.live(live.size());
            assertEquals(ours.size(), harness.enforced().snapshot().timeWait());
            assertEquals(peers.size(), harness.counts().ended(Release.PASSIVE_CLOSE));
        }
        assertNull(harness.enforced().firstFault());
    }

    private static boolean hasSs() {
        try {
            return isLinux() && new ProcessBuilder("ss", "-V").start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private static boolean isLinux() {
        return System.getProperty("os.name", "").startsWith("Linux");
    }

    /** Our ports in {@code ss -tan}, seen from our side ({@code sport}) or from the server's ({@code dport}). */
    private Set<Integer> ss(String state, String ourSide, String serverSide, int server) throws Exception {
        PortRange range = harness.range();
        String filter = "%s >= :%d and %s <= :%d and %s = :%d"
                .formatted(ourSide, range.firstPort(), ourSide, range.lastPort(), serverSide, server);
        Process process = new ProcessBuilder("ss", "-Htan", "state", state, filter).start();
        // With a state named, ss leaves its column out: local is the third, remote the fourth.
        int column = ourSide.equals("sport") ? 2 : 3;
        Set<Integer> ports = new TreeSet<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String endpoint = line.strip().split("\\s+", -1)[column];
                int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
                ports.add(port);
            }
        }
        assertEquals(0, process.waitFor(), () -> "ss " + filter);
        return ports;
    }
}
