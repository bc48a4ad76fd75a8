package io.ephemera.simulations.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortRange;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The facts of {@link KernelFactsTest}, each the main program of a JVM in a network namespace: it fails if the kernel does otherwise.
 * When something began, was seen and ended is known to lie between two readings of the clock, and what is asserted holds for any
 * moment between: a program that is held up asserts less.
 */
final class KernelFacts implements AutoCloseable {

    private static final int PORTS = 20;
    private static final Path IPV4 = Path.of("/proc/sys/net/ipv4");

    /** Kernels without the setting have one second built in, in whole seconds of the clock. */
    private static final boolean DELAY_CAN_BE_SET = Files.exists(IPV4.resolve("tcp_tw_reuse_delay"));

    private static final long DELAY_MILLIS = DELAY_CAN_BE_SET ? 400 : 1_000;

    /** A tick of the slowest kernel, {@code CONFIG_HZ=100}; the table counts in as much. */
    private static final double TICK_MILLIS = 10;

    private final ServerSocket server = new ServerSocket();
    private final List<Socket> halfOpen = new ArrayList<>();

    private KernelFacts(String address) throws IOException {
        server.bind(new InetSocketAddress(address, 8080), 1000);
    }

    /** Arguments: the fact, what it is of, the address of the server, then sysctls as {@code name=value}. */
    public static void main(String[] args) throws Exception {
        if (DELAY_CAN_BE_SET) {
            sysctl("tcp_tw_reuse_delay=" + DELAY_MILLIS);
        }
        for (String setting : List.of(args).subList(3, args.length)) {
            sysctl(setting);
        }
        try (KernelFacts facts = new KernelFacts(args[2])) {
            switch (args[0]) {
                case "ages" -> facts.ages(Long.parseLong(args[1]));
                case "ends" -> facts.ends();
                default -> {
                    sysctl("ip_local_port_range=40000 40019");
                    facts.ofTwentyPorts(args[0], args[1]);
                }
            }
        }
    }

    private static void sysctl(String nameAndValue) throws IOException {
        String[] parts = nameAndValue.split("=", 2);
        Files.writeString(IPV4.resolve(parts[0]), parts[1] + "\n");
    }

    private void ofTwentyPorts(String fact, String of) throws Exception {
        switch (fact) {
            case "reused" -> reused();
            case "kept" -> kept(true);
            case "keptInFinWait2" -> kept(false);
            case "heldInFinWait2" -> heldInFinWait2(Long.parseLong(of));
            case "timeWaits" -> {
                int made = fill(true, 10 * PORTS);
                assertEquals(of, inTimeWait().size() + " of " + made);
            }
            case "bound", "bindRefused" -> bind(Boolean.parseBoolean(of), fact.equals("bound"));
            case "scope" -> {
                assertEquals(PORTS, fill(true, PORTS + 5));
                try (KernelFacts other = new KernelFacts("127.0.0.2")) {
                    assertEquals(PORTS, other.fill(true, PORTS + 5));
                }
            }
            case "range" -> range();
            case "owner" -> owner();
            default -> throw new IllegalArgumentException(fact);
        }
    }

    private Socket connect() throws IOException {
        return new Socket(server.getInetAddress(), server.getLocalPort());
    }

    private boolean connects() throws IOException {
        try (Socket made = connect()) {
            return made.isConnected();
        } catch (BindException e) {
            return false;
        }
    }

    /** Closes the client first; the server follows, or never does. */
    private int close(Socket client, boolean serverFollows) throws IOException {
        int port = client.getLocalPort();
        Socket accepted = server.accept();
        client.close();
        if (serverFollows) {
            accepted.getInputStream().read();
            accepted.close();
        } else {
            halfOpen.add(accepted);
        }
        return port;
    }

    /** Connects and closes until a connect is refused with no free port; returns how many were made. */
    private int fill(boolean serverFollows, int most) throws IOException {
        for (int made = 0; made < most; made++) {
            try {
                close(connect(), serverFollows);
            } catch (BindException e) {
                return made;
            }
        }
        return most;
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    /** A port comes back when the delay is over, and not before. */
    private void reused() throws IOException {
        long begun = System.nanoTime();
        fill(true, PORTS + 5);
        long filled = System.nanoTime();
        boolean reused = connects();
        while (!reused && millisSince(filled) < 2 * DELAY_MILLIS) {
            reused = connects();
        }
        assertTrue(reused);
        double least = DELAY_CAN_BE_SET ? DELAY_MILLIS - 2 * TICK_MILLIS : 0;
        assertTrue(millisSince(begun) >= least, "after " + millisSince(begun) + " ms");
    }

    /** No port comes back within twice the delay. */
    private void kept(boolean serverFollows) throws IOException {
        assertEquals(PORTS, fill(serverFollows, PORTS + 5));
        long filled = System.nanoTime();
        while (millisSince(filled) < 2 * DELAY_MILLIS) {
            assertTrue(!connects());
        }
    }

    private void heldInFinWait2(long seconds) throws Exception {
        long begun = System.nanoTime();
        close(connect(), false);
        long firstClosed = System.nanoTime();
        assertEquals(PORTS - 1, fill(false, PORTS + 5));
        long refused = firstClosed;
        long attempted = System.nanoTime();
        while (!connects()) {
            refused = attempted;
            Thread.sleep(5);
            attempted = System.nanoTime();
        }
        assertTrue(millisSince(begun) >= seconds * 1000 - 2 * TICK_MILLIS, "after " + millisSince(begun) + " ms");
        // Each of two timers is late by a step of the timer wheel at most.
        long atLeast = (refused - firstClosed) / 1_000_000;
        assertTrue(atLeast < seconds * 1000 + 1500, "after " + atLeast + " ms at least");
    }

    /** All ports in TIME_WAIT for longer than the delay: is a bind to port 0 given one? */
    private void bind(boolean reuseAddress, boolean given) throws Exception {
        for (int i = 0; i < PORTS; i++) {
            try (SocketChannel client = bound(reuseAddress)) {
                client.connect(server.getLocalSocketAddress());
                close(client.socket(), true);
            }
        }
        Thread.sleep(DELAY_MILLIS + 100);
        if (given) {
            bound(reuseAddress).close();
        } else {
            BindException refused = assertThrows(BindException.class, () -> bound(reuseAddress));
            assertEquals("Address already in use", refused.getMessage());
        }
    }

    private SocketChannel bound(boolean reuseAddress) throws IOException {
        SocketChannel client = SocketChannel.open();
        client.setOption(StandardSocketOptions.SO_REUSEADDR, reuseAddress);
        return client.bind(new InetSocketAddress(server.getInetAddress(), 0));
    }

    /** A listener on a port of the range, three ports reserved: as many are left as the reader says. */
    private void range() throws IOException {
        try (ServerSocket listener = new ServerSocket()) {
            listener.bind(new InetSocketAddress(server.getInetAddress(), 40_007));
            MachineReader reader = MachineReader.here();
            MachineLimits limits = reader.limits();
            assertEquals(PORTS - 4, limits.usablePorts().orElse(-1));
            assertEquals(PORTS - 4, fill(true, PORTS + 5));
            assertEquals(PORTS - 4, reader.portUse(limits).held());
        }
    }

    /** The reader tells which process has a connection. */
    private void owner() throws IOException {
        try (Socket client = connect()) {
            MachineReader reader = MachineReader.here();
            PortUse.RemoteUse use = reader.portUse(reader.limits()).byRemote().get(0);
            assertEquals(client.getRemoteSocketAddress(), use.remote());
            assertEquals(Map.of("java (" + ProcessHandle.current().pid() + ")", 1), use.owners());
        }
    }

    private static Set<Integer> inTimeWait() throws IOException {
        Set<Integer> ports = new HashSet<>();
        ProcNetTcp.here().forEach(row -> {
            if (row.state() == TcpState.TIME_WAIT) {
                ports.add(row.local().getPort());
            }
        });
        return ports;
    }

    /** When a TIME_WAIT began. */
    private record Begin(long notBeforeNanos, long notAfterNanos) {}

    /** Connections that the client closes first, each listed in TIME_WAIT before the next, by their ports. */
    private Map<Integer, Begin> begin(int connections, long gapMillis) throws Exception {
        Map<Integer, Begin> begins = new HashMap<>();
        for (int i = 0; i < connections; i++) {
            long before = System.nanoTime();
            int port = close(connect(), true);
            while (!inTimeWait().contains(port)) {
                Thread.onSpinWait();
            }
            begins.put(port, new Begin(before, System.nanoTime()));
            Thread.sleep(gapMillis);
        }
        return begins;
    }

    /** The ages that the table tells are those by the clock, whatever tcp_fin_timeout is. */
    private void ages(long waitMillis) throws Exception {
        int orphan = close(connect(), false);
        Map<Integer, Begin> begins = begin(100, 7);
        Thread.sleep(waitMillis);
        List<TcpConnection> rows = new ArrayList<>();
        long from = System.nanoTime();
        ProcNetTcp.here().forEach(rows::add);
        long to = System.nanoTime();
        int seen = 0;
        for (TcpConnection row : rows) {
            int port = row.local().getPort();
            Begin begin = begins.get(port);
            if (begin != null && row.state() == TcpState.TIME_WAIT) {
                long age = row.timeWaitAgeMillis().orElseThrow();
                seen++;
                assertTrue((from - begin.notAfterNanos) / 1e6 - age <= TICK_MILLIS, row + " is too young");
                assertTrue(age - (to - begin.notBeforeNanos) / 1e6 <= 2 * TICK_MILLIS, row + " is too old");
            } else if (port == orphan) {
                assertEquals(TcpState.FIN_WAIT_2, row.state());
            }
        }
        assertEquals(100, seen);
        InetSocketAddress remote = (InetSocketAddress) server.getLocalSocketAddress();
        ConnectionCounts counts =
                ProcNetTcp.here().count(new PortRange(1, 65_535), Set.of(remote), ProcNetTcp.TIME_WAIT);
        assertEquals(new ConnectionCounts(1, 100, 0, 1), counts);
    }

    /** Connections over two steps of the timer wheel, watched to the end of their TIME_WAIT. */
    private void ends() throws Exception {
        Optional<Long> ticks = LinuxFigures.at(Path.of("/proc"), Path.of("/boot"))
                .ticksPerSecond()
                .known();
        // Where the kernel does not tell its ticks, the slowest has the longest step.
        long stepMillis = LinuxTimeWait.wheelStep(ticks.orElse(100L)).toMillis();
        Map<Integer, Begin> begins = begin(150, 2 * stepMillis / 150);
        // None ends before.
        Thread.sleep(ProcNetTcp.TIME_WAIT.toMillis() - 3 * stepMillis - 2_000);
        Map<Integer, Long> lastSeen = new HashMap<>();
        DoubleSummaryStatistics atLeast = new DoubleSummaryStatistics();
        DoubleSummaryStatistics atMost = new DoubleSummaryStatistics();
        while (!begins.isEmpty()) {
            long before = System.nanoTime();
            Set<Integer> listed = inTimeWait();
            long after = System.nanoTime();
            Map.copyOf(begins).forEach((port, begin) -> {
                if (listed.contains(port)) {
                    lastSeen.put(port, before);
                } else {
                    begins.remove(port);
                    atLeast.accept((lastSeen.getOrDefault(port, begin.notAfterNanos) - begin.notAfterNanos) / 1e6);
                    atMost.accept((after - begin.notBeforeNanos) / 1e6);
                }
            });
            Thread.sleep(5);
        }
        String lives = "at least " + atLeast + ", at most " + atMost;
        assertTrue(atMost.getMin() >= 60_000 - TICK_MILLIS, lives);
        assertTrue(atLeast.getMax() <= 60_000 + stepMillis + TICK_MILLIS, lives);
        if (ticks.isPresent()) {
            double predicted = 60_000 + stepMillis / 2.0;
            assertTrue(atLeast.getAverage() <= predicted + stepMillis / 4.0, lives);
            assertTrue(atMost.getAverage() >= predicted - stepMillis / 4.0, lives);
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : halfOpen) {
            socket.close();
        }
        server.close();
    }
}
