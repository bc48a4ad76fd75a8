package io.ephemera.agent.usage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.acme.CrmClient;
import io.ephemera.agent.EnforcedLimits;
import io.ephemera.agent.EnforcedPool;
import io.ephemera.agent.PortHook;
import io.ephemera.agent.UnusedPorts;
import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real connections, on virtual time. */
@Timeout(60)
@DisplayName("The first line of the report")
class HeadlineTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong clockNanos = new AtomicLong(1);
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final ServerSocket server = closing(new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()));
    private final String destination = "localhost:" + server.getLocalPort();
    private @Nullable PortUsage usage;
    private @Nullable EnforcedPool pool;

    HeadlineTest() throws Exception {}

    private void enforce(PortRange range, double timeWaitSeconds, EnforcedLimits.HeldPorts held) throws Exception {
        EnforcedLimits limits = new EnforcedLimits(
                new PortPool(range, (long) (timeWaitSeconds * SECOND), Scope.GLOBAL, SelectionOrder.sequential()),
                clockNanos::get,
                remote -> remote.port() == server.getLocalPort(),
                "refused",
                "refused",
                null,
                null,
                held,
                null);
        usage = new PortUsage(limits, 1, new CallSites(List.of()));
        pool = closing(PortHook.install().enforce(limits, usage));
    }

    private void enforce(int ports, double timeWaitSeconds) throws Exception {
        enforce(UnusedPorts.inARow(ports), timeWaitSeconds, EnforcedLimits.HeldPorts.STOOD_IN_FOR);
    }

    private <C extends AutoCloseable> C closing(C closeable) {
        toClose.add(0, closeable);
        return closeable;
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : toClose) {
            each.close();
        }
    }

    private Socket open() throws IOException {
        return closing(new Socket(server.getInetAddress(), server.getLocalPort()));
    }

    private void pass(double seconds) {
        clockNanos.addAndGet((long) (seconds * SECOND));
    }

    private UsageReport report() {
        return Objects.requireNonNull(usage).report(Objects.requireNonNull(pool));
    }

    private String headline() {
        return ReportText.headline(report());
    }

    private void begins(String expected) {
        assertTrue(headline().startsWith(expected), headline());
    }

    private void has(String expected) {
        assertTrue(headline().contains(expected), headline());
    }

    @Test
    @DisplayName("calls it a leak where connections are opened and none is closed, by whom, and when it fails")
    void leak() throws Exception {
        enforce(8, 3);
        for (int i = 0; i < 7; i++) {
            open();
            pass(1);
        }
        assertEquals(
                "a leak: none of the 7 connections by HeadlineTest.open -> " + destination
                        + " has been closed; at 1.00/s number 9 fails 8.00 s after the first",
                headline());
        open();
        pass(1);
        assertThrows(BindException.class, this::open);
        begins(
                "1 refused with no free port, the first 8.00 s after the start towards " + destination
                        + ": 8 ports were live, 0 in TIME_WAIT (open connections hold them, not TIME_WAIT); a leak: none of the 8");
    }

    @Test
    @DisplayName("names the leak beside another call site that closes its connections")
    void leakBesideOther() throws Exception {
        enforce(50, 3);
        for (int i = 0; i < 7; i++) {
            open();
            new Socket(server.getInetAddress(), server.getLocalPort()).close();
            pass(1);
        }
        has("a leak: none of the 7 connections by HeadlineTest.open -> " + destination + " has been closed");
    }

    @Test
    @DisplayName("calls no leak what is kept and no longer grows, or what is closed in the end")
    void noLeak() throws Exception {
        enforce(20, 3);
        for (int i = 0; i < 7; i++) {
            open();
            pass(0.01);
        }
        pass(60);
        assertFalse(headline().contains("a leak"), headline());
        Socket closed = open();
        pass(10);
        closed.close();
        assertFalse(headline().contains("a leak"), headline());
    }

    @Test
    @DisplayName("calls no leak what a pool of connections does as it fills, until that has gone on for a TIME_WAIT")
    void filling() throws Exception {
        enforce(100, 10);
        for (int second = 0; second < 4; second++) {
            open();
            pass(1);
        }
        assertFalse(headline().contains("a leak"), headline());
        open();
        pass(1);
        has("a leak: none of the 5 connections");
    }

    @Test
    @DisplayName("counts how long connections live: 5 ports, TIME_WAIT 1 s and a life of 8 s allow 5 / 9 a second")
    void life() throws Exception {
        enforce(5, 1);
        Deque<Socket> open = new ArrayDeque<>();
        Deque<Long> ends = new ArrayDeque<>();
        int refused = 0;
        for (int second = 0; second < 40; second++) {
            if (!ends.isEmpty() && ends.peek() == second) {
                ends.remove();
                open.remove().close();
            }
            try {
                open.add(open());
                ends.add(second + 8L);
            } catch (BindException e) {
                refused++;
            }
            pass(1);
        }
        begins(refused + " refused with no free port, the first 5.00 s after the start");
        has("5 ports allow 0.556/s (each is taken for 9.00 s: open for 8.00 s, then TIME_WAIT)");
    }

    @Test
    @DisplayName("has the refusals of a burst first, with their moment, and the average second")
    void burst() throws Exception {
        enforce(64, 1.5);
        int refused = 0;
        for (int i = 0; i < 134; i++) {
            if (i == 70) {
                pass(1.7);
            }
            try {
                open().close();
            } catch (BindException e) {
                refused++;
            }
        }
        pass(4);
        assertEquals(6, refused);
        begins("6 refused with no free port, the first 0 s after the start towards " + destination
                + ": 0 ports were live, 64 in TIME_WAIT; on average over its busiest ten seconds, at 23.5 connections/s this application would hold, so"
                + " it was a burst: 64 ports allow 42.7/s");
    }

    @Test
    @DisplayName("names ports that another process holds as such")
    void neighbour() throws Exception {
        PortRange range = UnusedPorts.inARow(5);
        for (int port = range.firstPort(); port < range.lastPort(); port++) {
            closing(new ServerSocket(port));
        }
        enforce(range, 60, EnforcedLimits.HeldPorts.PASSED_OVER);
        open();
        assertThrows(BindException.class, this::open);
        has(": 1 port was live here, 0 in TIME_WAIT, 4 held by other processes; 1 port allows ");
        // Longer than the pool waits until it tries them again.
        pass(30);
        has(": 1 port allows ");
        assertEquals(4, report().pool().heldElsewhere());
        assertEquals(0, report().pool().free());
    }

    @Test
    @DisplayName("says how many connections the peer has closed and the application has not")
    void closeWait() throws Exception {
        enforce(9, 60);
        for (int i = 0; i < 3; i++) {
            open();
            server.accept().close();
        }
        while (Objects.requireNonNull(pool).inCloseWait() < 3) {
            Thread.onSpinWait();
        }
        has("3 of 3 open connections are in CLOSE_WAIT: closed by the peer and not by this side");
    }

    @Test
    @DisplayName("knows whoever made a channel that an event loop connects, on whose stack the application is not")
    void eventLoop() throws Exception {
        enforce(9, 60);
        MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Bootstrap client = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter());
        CrmClient.pull(() -> client.connect(server.getLocalSocketAddress())
                .syncUninterruptibly()
                .channel()
                .close()
                .syncUninterruptibly());
        assertEquals(
                "CrmClient.pull -> " + destination,
                report().openers().top().orElseThrow().toString());
        assertEquals("at 0 connections/s this application holds: 9 ports allow 0.150/s", headline());
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    @DisplayName("says how many connections would do, by destination")
    void pool() throws Exception {
        enforce(9, 60);
        for (int i = 0; i < 3; i++) {
            Socket one = open();
            Socket other = open();
            one.close();
            other.close();
        }
        pass(3);
        String report = ReportText.of(report(), "limits", List.of("2 child processes"));
        assertTrue(report.contains(destination + ": 6 connections, 2 at once at most: a pool of 2 would do"), report);
        assertTrue(report.lines().findFirst().orElseThrow().endsWith("; NOT SEEN: 2 child processes"), report);
    }

    @Test
    @DisplayName("has a page that says the same, and what to do, with the stacks folded to the application's frames")
    void page() throws Exception {
        enforce(4, 60);
        for (int i = 0; i < 6; i++) {
            try (Socket socket = open()) {
                socket.getOutputStream().write(GET.getBytes(US_ASCII));
            } catch (BindException e) {
                pass(0.5);
            }
        }
        String page = ReportHtml.of(report(), "<limits>", List.of("not seen: a child's"));
        String advice = destination + "</strong>: 4 requests over 4 connections, not reused: 1 request a connection,"
                + " 1 at once at most: a pool of 1 would do.</li>";
        for (String part : List.of(
                "<strong>Ephemera</strong> &#60;limits&#62;",
                "not seen: a child&#39;s",
                "<span class=\"badge\">REFUSED</span>",
                ">This application has run out of ports</h1>",
                "<p>2 refused with no free port, the first ",
                "<li>Reuse the connections to <strong>" + advice,
                "HeadlineTest.page(HeadlineTest.java:")) {
            assertTrue(page.contains(part), () -> part + " is not in " + page);
        }
        assertTrue(
                page.matches("(?s).*\\.\\.\\. \\d+ frames of the JDK and libraries\n.*HeadlineTest.open\\(.*"), page);
        assertFalse(page.contains("org.junit"), page);
        assertFalse(page.contains("style=") || page.contains("<script>"), "its policy would not have it");
    }

    @Test
    @DisplayName("accuses nobody while the ports suffice, in text and on the page")
    void healthy() throws Exception {
        enforce(9, 60);
        open().close();
        open().close();
        pass(30);
        String report = ReportText.of(report(), "limits", List.of());
        String page = ReportHtml.of(report(), "limits", List.of());
        assertTrue(page.contains("<span class=\"badge\">HOLDS</span>"), page);
        assertTrue(page.contains("The ports suffice for this application"), page);
        assertTrue(page.contains("<strong>What to do:</strong> nothing, as long as"), page);
        for (String text : List.of(report, page)) {
            assertFalse(text.contains("burned by") || text.contains("burned the most"), text);
        }
    }

    private static final String GET = "GET / HTTP/1.1\r\nHost: crm\r\n\r\n";

    private void reports(String expected) {
        String report = ReportText.of(report(), "limits", List.of());
        assertTrue(report.contains(expected), report);
    }

    @Test
    @DisplayName("says of plain HTTP how many requests a connection makes, and that it is not reused where that is one")
    void notReused() throws Exception {
        enforce(9, 60);
        for (int i = 0; i < 3; i++) {
            try (Socket socket = open()) {
                socket.getOutputStream().write(GET.getBytes(US_ASCII));
            }
        }
        reports(destination + ": 3 requests over 3 connections, not reused: 1 request a connection, 1 at once at most:"
                + " a pool of 1 would do");
        open();
        reports(": 3 requests over 3 connections");
    }

    @Test
    @DisplayName("sees requests of channels too, wherever they are cut, and says how many share a connection")
    void reused() throws Exception {
        enforce(9, 60);
        ByteBuffer[] parts = Stream.of(GET.substring(0, 2), "", GET.substring(2) + GET, GET)
                .map(US_ASCII::encode)
                .toArray(ByteBuffer[]::new);
        try (SocketChannel channel = SocketChannel.open(server.getLocalSocketAddress());
                AsynchronousSocketChannel asynchronous = AsynchronousSocketChannel.open()) {
            while (parts[3].hasRemaining()) {
                channel.write(parts);
            }
            channel.write(US_ASCII.encode(GET));
            asynchronous.connect(server.getLocalSocketAddress()).get();
            asynchronous.write(US_ASCII.encode(GET + GET)).get();
        }
        reports(destination + ": 6 requests over 2 connections, 3 requests a connection");
        var row = report().destinations().get(0);
        assertEquals(new UsageReport.Requests(6, 2), row.requests());
        assertTrue(PrometheusText.of(report(), Map.of())
                .contains("ephemera_requests_per_connection{destination=\"" + destination + "\"} 3\n"));
    }

    @Test
    @DisplayName("says nothing of requests where one connection speaks something else")
    void requestsNotKnown() throws Exception {
        enforce(9, 60);
        for (String sent : List.of(GET, GET + "\u0081", "\u0016\u0003\u0001")) {
            try (Socket socket = open()) {
                socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        reports(destination + ": 3 connections, 1 at once at most: a pool of 1 would do");
        assertFalse(PrometheusText.of(report(), Map.of()).contains("requests"));
    }
}
