package io.ephemera.reports.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ephemera.ports.PortPool;
import io.ephemera.ports.PortRange;
import io.ephemera.ports.Release;
import io.ephemera.ports.RemoteEndpoint;
import io.ephemera.ports.Scope;
import io.ephemera.ports.SelectionOrder;
import io.ephemera.reports.FirstExhaustion;
import io.ephemera.reports.Judge;
import io.ephemera.reports.Recording;
import io.ephemera.reports.RecordingWriter;
import io.ephemera.reports.Slice;
import io.ephemera.reports.SyntheticRun;
import io.ephemera.reports.VerdictBlock;
import io.ephemera.reports.page.Browser;
import io.ephemera.reports.page.Pages;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.support.ui.WebDriverWait;

@DisplayName("The live page")
class LiveServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    final Browser browser = new Browser();

    @TempDir
    Path folder;

    private final Recording recording =
            SyntheticRun.windows2003().play().fail(8, "reset", 2).recording();
    private final List<Slice> slices = SyntheticRun.slicesOf(recording);

    @SuppressWarnings("NullAway.Init")
    private RecordingWriter writer;

    @SuppressWarnings("NullAway.Init")
    private LiveServer live;

    @BeforeEach
    void start() throws Exception {
        writer = RecordingWriter.create(folder, recording.plan());
        live = LiveServer.start(folder, recording.plan(), port -> true);
    }

    @AfterEach
    void stop() {
        live.close();
        writer.close();
    }

    @Test
    @DisplayName("listens on loopback alone, and refuses who names it by another host or wants to change something")
    void loopbackOnly() throws Exception {
        assertTrue(live.uri().getHost().equals("127.0.0.1"));
        String host = "127.0.0.1:" + live.uri().getPort();
        assertEquals("HTTP/1.1 200 OK", ask("GET / HTTP/1.1", host));
        assertEquals("HTTP/1.1 403 Forbidden", ask("GET / HTTP/1.1", "evil.example"));
        assertEquals("HTTP/1.1 405 Method Not Allowed", ask("POST / HTTP/1.1", host));
        assertEquals("HTTP/1.1 404 Not Found", ask("GET /../recording.jsonl HTTP/1.1", host));
        assertEquals("HTTP/1.1 404 Not Found", ask("GET /index.html HTTP/1.1", host));
    }

    @Test
    @DisplayName("takes no port that is measured")
    void portsOfTheRun() throws Exception {
        assertThrows(IOException.class, () -> LiveServer.start(folder, recording.plan(), port -> false));
        // As where a profile has all ports of which the system chooses, and more.
        try (LiveServer high = LiveServer.start(folder, recording.plan(), port -> port > 65_400)) {
            assertTrue(high.uri().getPort() > 65_400);
        }
    }

    @Test
    @DisplayName("has only daemon threads, and is gone when the run has ended")
    void gone() throws Exception {
        live.finish(block(), folder);

        assertThrows(
                ConnectException.class,
                () -> new Socket(InetAddress.getLoopbackAddress(), live.uri().getPort()));
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            boolean ours = thread.getName().startsWith("ephemera-live");
            assertFalse(ours && !thread.isDaemon(), thread.getName());
        }
    }

    @Test
    @DisplayName("sends what is recorded so far, then what comes, then the verdict")
    void events() throws Exception {
        slices.subList(0, 30).forEach(writer::slice);
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), live.uri().getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            write(socket, "GET /events HTTP/1.1", "127.0.0.1:" + live.uri().getPort());
            BufferedReader events =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String first = data(events);
            assertTrue(first.contains("\"whole\":true"), first);
            assertTrue(first.contains("step 3 of 9: 14.0 calls/s offered, 240 s of its 240 s"), first);
            slices.subList(30, 40).forEach(writer::slice);
            String next = data(events);
            assertTrue(next.contains("\"whole\":false"), next);
            assertTrue(next.contains("step 4 of 9: 15.0 calls/s offered, 240 s of its 240 s"), next);
            live.finish(block(), Path.of("/a <folder>/index.html"));
            String end = data(events);
            assertTrue(end.startsWith("{\"title\":\"INCONCLUSIVE\",\"verdict\":"), end);
            assertTrue(end.contains("/a &lt;folder"), end);
        }
    }

    @Test
    @DisplayName("draws the ports and goes on with what has changed, and changes unmistakably at the first refusal")
    void ports() throws Exception {
        PortPool pool =
                new PortPool(new PortRange(1024, 5000), 240_000_000_000L, Scope.GLOBAL, SelectionOrder.sequential());
        RemoteEndpoint remote = new RemoteEndpoint(InetAddress.getLoopbackAddress(), 80);
        AtomicReference<FirstExhaustion> first = new AtomicReference<>();
        live.watch(() -> new LiveServer.Moment(pool.states(), first.get() == null ? 0 : 114, first.get()));
        close(pool, remote, 0, 3_977 - 137);
        WebDriver driver = browser.driver();
        browser.open(live.uri().toString());
        new WebDriverWait(driver, PATIENCE).until(d -> words(d).startsWith("3,840 of 3,977 in TIME_WAIT, 137 free"));
        assertFalse(driver.findElement(By.cssSelector(".refusal")).isDisplayed());

        close(pool, remote, 60_000_000_000L, 137);
        first.set(new FirstExhaustion(5, 137, 0, 3_977, SyntheticRun.MESSAGE));
        new WebDriverWait(driver, PATIENCE)
                .until(d -> words(d).equals("3,977 of 3,977 in TIME_WAIT, no free port, next free in 180 s."));
        assertTrue(driver.findElement(By.cssSelector(".refusal"))
                .getText()
                .startsWith("FIRST REFUSAL 137 s, predicted 137 s"));
        assertTrue(String.valueOf(driver.getTitle()).startsWith("FIRST REFUSAL 137 s, predicted 137 s"));
        driver.findElement(By.cssSelector(".cells")).sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        new WebDriverWait(driver, PATIENCE).until(d -> words(d).endsWith("Port 1026: TIME_WAIT, back in 180 s."));
        browser.assertAccessible("after the first refusal");
        assertEquals("HTTP/1.1 403 Forbidden", ask("GET /ports HTTP/1.1", "evil.example"));
    }

    private static void close(PortPool pool, RemoteEndpoint remote, long nanos, int ports) {
        for (int i = 0; i < ports; i++) {
            pool.release(pool.lease(remote, nanos), Release.ACTIVE_CLOSE, nanos);
        }
    }

    private static String words(WebDriver driver) {
        return driver.findElement(By.cssSelector(".words")).getText();
    }

    @Test
    @DisplayName(
            "closes at once whoever comes when many have not said what they want, and serves the next when one has gone")
    void many() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int caller = 0; caller < Callers.MOST; caller++) {
                silent.add(unfinished(live));
            }
            try (Socket oneMore = unfinished(live)) {
                assertTrue(isClosed(oneMore));
            }
            silent.get(0).close();
            String host = "127.0.0.1:" + live.uri().getPort();
            String answer = null;
            while (answer == null) {
                answer = ask("GET / HTTP/1.1", host);
            }
            assertEquals("HTTP/1.1 200 OK", answer);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    @DisplayName("drops a request that does not end, and whoever asks and does not read")
    void slow() throws Exception {
        try (LiveServer hasty = LiveServer.start(folder, recording.plan(), port -> true, 50);
                Socket trickles = unfinished(hasty);
                Socket deaf = new Socket()) {
            deaf.setReceiveBufferSize(4_096);
            deaf.connect(trickles.getRemoteSocketAddress());
            write(deaf, "GET / HTTP/1.1", "127.0.0.1:" + hasty.uri().getPort());
            assertTrue(isClosed(trickles));
            // It asked later, so that it is dropped later; nothing tells when but that it is.
            while (hasty.callers() > 0) {
                LockSupport.parkNanos(1_000_000);
            }
            int read = 0;
            try {
                read = deaf.getInputStream().readAllBytes().length;
            } catch (SocketException reset) {
                // As good as an end.
            }
            assertTrue(read < new Pages().live(recording.plan()).length(), "it got all: " + read);
        }
    }

    private static Socket unfinished(LiveServer server) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream().write('G');
        return socket;
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    @DisplayName("follows the run in a browser, and says how it ended")
    void inABrowser() throws Exception {
        WebDriver driver = browser.driver();
        slices.subList(0, 30).forEach(writer::slice);
        browser.open(live.uri().toString());
        await(driver, "step 3 of 9");
        slices.subList(30, slices.size()).forEach(writer::slice);
        await(driver, "step 9 of 9");
        // What is written while it is read comes in two pieces of news.
        new WebDriverWait(driver, PATIENCE)
                .until(d -> slices.size() * 24.0
                        == browser.number("ephemera.data.timeWait[ephemera.data.timeWait.length - 1][0]"));

        assertEquals(
                3_977.0,
                browser.number(
                        "Math.max(...ephemera.charts.calls.getOption().series.find(s => s.name === 'TIME_WAIT').data.map(p => p[1]))"));
        assertEquals(
                "16.57",
                driver.findElement(By.cssSelector("#steps tbody tr:nth-child(9) td"))
                        .getText());
        browser.picture(Path.of("target/pictures/live-light.png"));
        browser.assertAccessible("live page, light");
        browser.look("dark");
        browser.assertAccessible("live page, dark");
        live.finish(block(), folder.resolve("index.html"));
        new WebDriverWait(driver, PATIENCE)
                .until(d -> d.findElement(By.tagName("h1")).getText().equals(block().answer() + "."));
        String verdict = driver.findElement(By.id("verdict-block")).getText();
        assertTrue(verdict.startsWith("INCONCLUSIVE") && verdict.contains("index.html"), verdict);
        browser.assertAccessible("live page, ended");
        assertEquals(
                List.of(),
                browser.complaints().stream()
                        .filter(complaint -> !complaint.contains(live.uri().toString()))
                        .collect(Collectors.toList()));
    }

    private VerdictBlock block() {
        return VerdictBlock.of(Judge.judge(recording));
    }

    private static void await(WebDriver driver, String text) {
        new WebDriverWait(driver, PATIENCE)
                .until(d -> d.findElement(By.id("now")).getText().startsWith(text));
    }

    private static String data(BufferedReader events) throws IOException {
        while (true) {
            String line = events.readLine();
            if (line == null) {
                throw new IOException("the events ended");
            }
            if (line.startsWith("data: ")) {
                return line.substring("data: ".length());
            }
        }
    }

    private @Nullable String ask(String request, String host) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), live.uri().getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            write(socket, request, host);
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        } catch (SocketException closed) {
            return null;
        }
    }

    private static void write(Socket socket, String request, String host) throws IOException {
        String text = request + "\r\nHost: " + host + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }
}
